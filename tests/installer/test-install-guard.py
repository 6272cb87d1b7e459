#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an installation refuses before it fetches or writes anything: images for macOS, and images that require more
than the machine or this host has, in files and on a server."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'server'))
from vztest import VZ, eventually, expect, last_event, main, mounter, small_image  # noqa: E402  pylint: disable=wrong-import-position
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position

TOOL = os.path.join(os.environ['VZ_EXAMPLES'], 'InstallationTool')
MIB = 1 << 20


def make(home, name, *options):
    path = home.join(name)
    subprocess.run([os.environ['VZ_MAKE_IPSW'], path, *options], check=True, timeout=60)
    return path


def refused(home, code, texts, *argv):
    """With the expected error, and without a byte written."""
    before = home.files()
    result = expect(subprocess.run(argv, env=home.environment, capture_output=True, text=True, timeout=60,
                                   stdin=subprocess.DEVNULL), code, *texts)
    assert home.files() == before, home.files() - before
    assert not os.path.exists(home.join('VM.bundle'))
    return result


def assert_little_was_asked_for(server):
    assert len(server.requests) <= 6 and server.bytes_sent() <= 2 * MIB, (len(server.requests), server.bytes_sent())


def check_macos(home, location):
    works = 'what you can do instead: fetch, inspect, verify and extract this image'
    for program in ([VZ, 'install'], [TOOL]):
        result = refused(home, 3, ['macOS 15.5 (24F74) cannot be installed here', 'macOS 13.0.0 or newer', works],
                         *program, location)
        assert len(result.stderr.splitlines()) == 2, result.stderr
    event = last_event(refused(home, 3, [], VZ, 'install', '--json', location))
    assert event['event'] == 'error' and event['code'] == 10 and works in event['message'], event


def macos_in_a_file(home):
    check_macos(home, make(home, 'i.ipsw'))


def macos_on_a_server(home):
    make(home, 'i.ipsw', '--size', '15G', '--members', '2000', '--other-digest')
    with Server(home.path) as server:
        check_macos(home, server.url('i.ipsw'))
        assert len(server.requests) <= 18 and server.bytes_sent() <= 6 * MIB


def requirements_on_a_server(home):
    os.mkdir(home.join('images'))
    small_image(home.join('images', 'small.ipsw'), cpus=2, memory_mb=2048)
    small_image(home.join('images', 'greedy.ipsw'), cpus=2000)
    make(home, 'images/large.ipsw', '--os', 'linux', '--size', '400M')
    with Server(home.join('images')) as server:
        install = [VZ, 'install', server.url('small.ipsw')]
        refused(home, 4, ['--cpus', '1 found', 'at least 2'], *install, '--cpus', '1')
        refused(home, 4, ['--memory', '1G found', 'at least 2G'], *install, '--memory', '1G')
        server.forget()
        refused(home, 1, ['needs more processors'], TOOL, server.url('greedy.ipsw'))
        refused(home, 4, ['2000 for this image'], VZ, 'install', '--cpus', '2', server.url('greedy.ipsw'))
        refused(home, 4, ['--disk', '512M found', 'at least 1G'], VZ, 'install', server.url('large.ipsw'), '--disk', '512M')
        assert_little_was_asked_for(server)


def space_for_what_is_on_a_server(home):
    """The image itself counts, since it has to be fetched."""
    os.mkdir(home.join('images'))
    make(home, 'images/large.ipsw', '--os', 'linux', '--size', '400M')
    script = 'mount -t tmpfs -o size=500M none "$1" && exec "$2" install --bundle "$1/a.bundle" "$3"'
    place = home.join('full')
    os.mkdir(place)
    with Server(home.join('images')) as server:
        refused(home, 3, ['needed', 'choose a folder'], *mounter(), 'sh', '-c', script, 'sh', place, VZ, server.url('large.ipsw'))
        assert_little_was_asked_for(server)


def server_without_ranges(home):
    os.mkdir(home.join('images'))
    small_image(home.join('images', 'i.ipsw'))
    with Server(home.join('images'), faults='no-range') as server:
        for program in ([VZ, 'install'], [TOOL]):
            refused(home, 1, ['the server does not serve ranges'], *program, server.url('i.ipsw'))


def streams_that_are_closed(home):
    """Neither the image nor the bundle gets the descriptor of a closed stream, which would be written to."""
    os.mkdir(home.join('images'))
    small_image(home.join('images', 'small.ipsw'))
    with Server(home.join('images')) as server:
        url = server.url('stall=100', 'small.ipsw')
        process = subprocess.Popen(['sh', '-c', 'exec "$0" "$1" <&- >&- 2>&-', TOOL, url], env=home.environment)
        try:
            eventually('it asks', 60, lambda: server.requests)
            streams = [os.readlink(f'/proc/{process.pid}/fd/{number}') for number in range(3)]
        finally:
            process.kill()
            process.wait(timeout=60)
    assert streams == ['/dev/null'] * 3, streams


main([macos_in_a_file, macos_on_a_server, requirements_on_a_server, space_for_what_is_on_a_server, server_without_ranges,
      streams_that_are_closed])

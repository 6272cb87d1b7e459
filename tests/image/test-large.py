#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images of the size of Apple's, 20 GB of four thousand members, sparse: inspected, verified, taken out, as unzip has them,
and each command in less than 150 MB."""
import json
import os
import subprocess
import sys
import time

from images import extract_as_unzip, make, unzip
from vztest import MIB, SANITIZED, VZ, main

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'server'))
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position

SIZE = 20 << 30
MEMBERS = 4000


class Clock:  # pylint: disable=too-few-public-methods
    def __init__(self):
        self.begin = time.monotonic()

    def say(self, what):
        now = time.monotonic()
        print(f'# {what}: {now - self.begin:.1f} s', flush=True)
        self.begin = now


def run(home, *arguments, code=0):
    """vz in little memory; what it printed."""
    with open(home.join('said'), 'w+', encoding='utf-8') as said, open(home.join('errors'), 'w+', encoding='utf-8') as errors:
        with subprocess.Popen([VZ, *arguments], env=home.environment, stdout=said, stderr=errors) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        assert process.returncode == code, (process.returncode, errors.read())
        print(f'# vz {" ".join(arguments[:2])}: {usage.ru_maxrss // 1024} MiB', flush=True)
        assert SANITIZED or usage.ru_maxrss * 1024 < 150 * MIB, (arguments, usage.ru_maxrss)
        said.seek(0)
        return said.read()


def inspect(home, path, said):
    found = json.loads(run(home, 'image', 'inspect', '--all', '--json', path))
    listed = [line.split(None, 3) for line in unzip('-lqq', path).splitlines()]
    sizes = {name: int(size) for size, _, _, name in listed if not name.startswith('__MACOSX/')}
    assert found['size'] == os.path.getsize(path) >= SIZE and len(sizes) >= MEMBERS
    assert found['unpacked-size'] == sum(sizes.values())
    assert len(found['components']) == len(said['components'])
    for component in found['components']:
        if component['path'] in sizes:
            assert component['size'] == sizes[component['path']], component
    return found


def inspect_remotely(home, path, found):
    with Server(os.path.dirname(path)) as server:
        url = server.url(os.path.basename(path))
        assert json.loads(run(home, 'image', 'inspect', '--all', '--json', url)) == {**found, 'url': url}
        assert len(server.requests) <= 6 and server.bytes_sent() <= 2 * MIB, (len(server.requests), server.bytes_sent())


def verify(home, path, said):
    events = [json.loads(line) for line in run(home, 'image', 'verify', '--json', path).splitlines()]
    assert {one['state'] for one in events if one['event'] == 'finding'} <= {'good', 'not-verified'}
    assert events[-1]['event'] == 'result' and events[-1]['members'] == len(said['members']), events[-1]
    return events[-1]


def take(home, path, name):
    run(home, 'image', 'extract', path, name, '-d', home.join('out'))


def check(home, *options):
    path, clock = home.join('a.ipsw'), Clock()
    said = make(path, '--size', str(SIZE), '--members', str(MEMBERS), '--junk', *options)
    assert os.stat(path).st_blocks * 512 < 100 << 20, 'not sparse'
    clock.say('make')
    found = inspect(home, path, said)
    inspect_remotely(home, path, found)
    clock.say('inspect')
    event = verify(home, path, said)
    clock.say('verify')
    print(f'# {extract_as_unzip(home, path, take)} members are as unzip has them')
    clock.say('extract and compare')
    return found, event, said


def macos(home):
    found, event, said = check(home, '--zip64', '--devices', '5')
    assert found['operating-system'] == 'macOS' and not found['is-supported']
    assert len({one['device-class'] for one in found['build-identities']}) == 6
    assert event['good'] == len({(one['path'], one['digest']) for one in said['components'] if one['digest']}), event
    for place in home.join('a.ipsw'), None:
        with Server(home.path) as server:
            run(home, 'install', place or server.url('a.ipsw'), code=3)
            assert server.bytes_sent() <= 2 * MIB, server.bytes_sent()


def linux(home):
    found, event, _ = check(home, '--os', 'linux', '--devices', '2', '--descriptors')
    assert found['is-supported'] and {one['encoding'] for one in found['components']} == {'chunks'}
    assert event['good'] == 4, event


main([macos, linux])

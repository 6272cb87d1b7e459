#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every command that prints, with a standard output that nobody reads any more, and with a full one: it ends, by itself
or when told to, and prints nothing strange."""
import os
import shutil
import signal
import subprocess
import time

from machinefiles import bundle as made_up_bundle
from machinefiles import configure
from vztest import MIB, VZ, Home, eventually, expect, full_pipe, main, small_guest, small_image

home = Home('vz-outputs-')
ENDED = (130, -signal.SIGTERM, -signal.SIGPIPE)


def closed_pipe():
    reading, writing = os.pipe()
    os.close(reading)
    return (writing,)


def start(ends, command):
    return subprocess.Popen([VZ, *command], env=home.environment, stdin=subprocess.DEVNULL, stdout=ends[-1],
                            stderr=subprocess.PIPE, text=True)


def check(command, process, codes):
    try:
        said = process.communicate(timeout=60)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f'{command} does not end: {process.communicate()[1]}') from None
    assert process.returncode in codes, (command, process.returncode, said)
    assert 'CRITICAL' not in said and 'Sanitizer' not in said, (command, said)


def close_all(ends):
    for end in ends:
        os.close(end)


def nobody_reads(command, *codes):
    """As with "| true"."""
    ends = closed_pipe()
    check(command, start(ends, command), (-signal.SIGPIPE, *codes))
    close_all(ends)


def nothing_drains(command, *codes, what=signal.SIGTERM):
    """As with "| sleep 100" and SIGTERM. What ends without printing may do so."""
    ends = full_pipe()
    process = start(ends, command)
    time.sleep(2)
    process.send_signal(what)
    check(command, process, (*ENDED, *codes))
    close_all(ends)


def commands():
    """Each with what it creates, if anything."""
    path = configure(made_up_bundle(home, size=64 * MIB))
    image, backup, made = small_image(home.join('a.ipsw')), home.join('a.backup'), home.join('made')
    expect(home.vz('backup', path, backup), 0)
    plain = [['--help'], ['--version'], ['install', '--help'], ['run', '--help']]
    either = [['list'], ['show', path], ['check', path], ['image', 'inspect', image], ['image', 'verify', image], ['doctor'],
              ['backup', path, made], ['restore-backup', backup, made], ['clone', path, made],
              ['image', 'fetch', image, '-o', made], ['image', 'extract', image, 'RootFileSystem', '-d', made]]
    return [(words, made) for words in plain + either + [[*words, '--json'] for words in either]]


def remove(made):
    shutil.rmtree(made, ignore_errors=True)
    if os.path.exists(made):
        os.remove(made)


def of_machines_at_rest():
    # 1: a write error; 4 is what check reports about the made-up bundle; 0: it had nothing left to print.
    for command, made in commands():
        nobody_reads(command, 0, 1, 4)
        remove(made)
        nothing_drains(command, 0, 1, 4)
        remove(made)


def of_a_running_machine():
    path = small_guest(home)
    expect(home.vz('run', '--detach', path), 0)
    for command in (['events', path], ['events', '--json', path], ['console', path]):
        nothing_drains(command, 0, 1)
    for command in (['list'], ['show', path], ['show', '--json', path], ['ip', path], ['screenshot', path, home.join('x.png')],
                    ['pause', path], ['resume', path], ['exec', path, '--', 'true'], ['resize', path, '+1M']):
        nobody_reads(command, 0, 1, 3, 4, 6)
        nothing_drains(command, 0, 1, 3, 4, 6)
    state = home.vz('show', path)
    if 'paused' in state.stdout:
        expect(home.vz('resume', path), 0)
    expect(home.vz('stop', '--force', path), 0)


def of_the_one_who_runs_it():
    """The machine is saved, as on SIGTERM; a reader that does not read does not delay that."""
    path = home.join('small.bundle')
    for words in ([], ['--headless']):
        ends = full_pipe()
        process = start(ends, ['run', *words, path])
        eventually('QEMU runs', 120, lambda: process.poll() is not None or home.vz('show', path).stdout.count('running'))
        assert process.poll() is None, f'{words}: {process.returncode}: {process.stderr.read()}'
        time.sleep(3)
        process.send_signal(signal.SIGTERM)
        check(['run', *words], process, (0, *ENDED))
        close_all(ends)
        eventually('QEMU ends', 30, lambda: not home.processes())
        expect(home.vz('run', '--detach', path), 0, 'restored')
        expect(home.vz('stop', '--force', path), 0)


try:
    main([of_machines_at_rest, of_a_running_machine, of_the_one_who_runs_it])
finally:
    home.close()

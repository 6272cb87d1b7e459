#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A paused machine says that it is paused, stop always works, and what was killed while it saved, restored or started a
machine is cleaned up. With the small guest of tests/guest."""
import os
import random
import signal
import time

from vztest import Home, eventually, expect, main, small_guest

home = Home(prefix='vz-paused-')
bundle = None
STATE = 'SaveFile.vzvmsave'
KILLS = 30


def starts():
    global bundle
    bundle = small_guest(home)
    expect(home.vz('run', '--detach', bundle), 0)


def refuses_while_paused():
    expect(home.vz('pause', bundle), 0)
    for command in (['exec', bundle, '--', 'true'], ['ip', bundle], ['console', bundle], ['resize', bundle, '+1M'],
                    ['copy', f'{bundle}:/etc/hosts', home.join('hosts')], ['ssh', bundle],
                    ['send-keys', bundle, 'Enter'], ['clone', bundle, home.join('clone.bundle')],
                    ['backup', bundle, home.join('backup')]):
        begin = time.monotonic()
        expect(home.vz(*command), 6, 'paused', 'resume')
        assert time.monotonic() - begin < 60, command


def stops_a_paused_one():
    expect(home.vz('stop', bundle), 0, 'was paused')
    expect(home.vz('run', '--detach', bundle), 0)


def works_with_many_clients():
    watchers = [home.start('events', '--json', bundle) for _ in range(12)]
    try:
        time.sleep(2)
        expect(home.vz('pause', bundle), 0)
        expect(home.vz('resume', bundle), 0)
        expect(home.vz('screenshot', bundle, home.join('x.png')), 0)
        expect(home.vz('show', bundle), 0)
        expect(home.vz('stop', '--force', bundle), 0, 'switched off')
        for watcher in watchers:
            watcher.communicate(timeout=60)
    finally:
        for watcher in watchers:
            watcher.kill()
            watcher.communicate()
    expect(home.vz('run', '--detach', bundle), 0)


def stops_one_that_hangs():
    for pid in home.processes():
        os.kill(pid, signal.SIGSTOP)
    expect(home.vz('stop', '--force', bundle), 0, 'switched off')
    assert not home.processes()
    expect(home.vz('run', '--detach', bundle), 0)


def kill_after(share, whole, *command):
    process = home.start(*command)
    time.sleep(share * whole)
    process.kill()
    process.communicate()


def state():
    return os.path.exists(os.path.join(bundle, STATE))


def survives_killed_saves():
    begin = time.monotonic()
    expect(home.vz('save', bundle), 0)
    whole = time.monotonic() - begin
    for _ in range(KILLS):
        if not home.processes():
            assert state(), 'neither a machine nor its state is left'
            expect(home.vz('run', '--detach', bundle), 0, 'restored')
        kill_after(random.random(), whole, 'save', bundle)
        if home.processes():
            # Whichever command comes next, the guest continues, and can be paused: it is not paused already.
            result = home.vz('pause', bundle)
            if result.returncode != 0 and not home.processes():
                continue  # QEMU had been told to end
            expect(result, 0)
            expect(home.vz('resume', bundle), 0)
            assert not state() and not os.path.exists(os.path.join(bundle, STATE + '.partial'))
    if not home.processes():
        expect(home.vz('run', '--detach', bundle), 0)


def survives_killed_restores():
    expect(home.vz('save', bundle), 0)
    begin = time.monotonic()
    expect(home.vz('run', '--detach', bundle), 0, 'restored')
    whole = time.monotonic() - begin
    for _ in range(KILLS):
        if home.processes():
            expect(home.vz('save', bundle), 0)
        assert state()
        kill_after(random.random(), whole, 'run', '--detach', bundle)
        # If it was restored before the kill, another command can use it.
        eventually('QEMU ends with its maker, or runs', 30,
                   lambda: not home.processes() or home.vz('pause', bundle).returncode == 0)
        if home.processes():
            result = home.vz('resume', bundle)
            if result.returncode != 0:  # it was still to end with its maker
                eventually('QEMU ends with its maker', 30, lambda: not home.processes())
        if not home.processes():
            assert state(), 'the state is lost'
    if not home.processes():
        expect(home.vz('run', '--detach', bundle), 0, 'restored')
    expect(home.vz('stop', '--force', bundle), 0)


def survives_killed_starts():
    begin = time.monotonic()
    expect(home.vz('run', '--detach', bundle), 0)
    whole = time.monotonic() - begin
    expect(home.vz('stop', '--force', bundle), 0)
    for _ in range(KILLS):
        kill_after(random.random(), whole, 'run', '--detach', bundle)
        time.sleep(0.3)
        if home.processes() and home.vz('stop', '--force', bundle).returncode != 0:
            eventually('QEMU ends with its maker', 30, lambda: not home.processes())
        assert not home.processes()
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('stop', '--force', bundle), 0)


try:
    main([starts, refuses_while_paused, stops_a_paused_one, works_with_many_clients, stops_one_that_hangs,
          survives_killed_saves, survives_killed_restores, survives_killed_starts])
finally:
    home.close()

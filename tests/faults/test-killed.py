#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""SIGKILL at random moments of run, save, restore, clone and backup: nothing of the user's is lost, the next command
tells the truth, and the machine can be used.

The environment's VZ_TEST_SEED repeats the moments of an earlier run, VZ_TEST_KILLS says how often."""
import json
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from vztest import MIB, SANITIZED, Console, Home, eventually, expect, main, small_guest  # noqa: E402

TIMES = int(os.environ.get('VZ_TEST_KILLS', '6' if SANITIZED else '30'))
SEED = os.environ.get('VZ_TEST_SEED', str(random.randrange(1 << 30)))
home = Home('vz-killed-')
chance = random.Random(SEED)


def duration(*arguments):
    begin = time.monotonic()
    expect(home.vz(*arguments), 0)
    return time.monotonic() - begin


def moments(usual):
    """Spread over the whole run, a little beyond its end, in any order."""
    found = [usual * 1.1 * (number + chance.random()) / TIMES for number in range(TIMES)]
    chance.shuffle(found)
    return found


def kill_after(seconds, *arguments):
    """True if it had ended by itself, which it does well or not at all."""
    process = home.start(*arguments)
    time.sleep(seconds)
    process.kill()
    _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, -9), (seconds, arguments, process.returncode, errors)
    return process.returncode == 0


def state(path):
    return json.loads(expect(home.vz('show', '--json', path), 0).stdout)['state']


def is_saved(path):
    return os.path.exists(os.path.join(path, 'SaveFile.vzvmsave'))


def is_usable(path, said):
    """The guest answers, and it is the same one all the time."""
    console = Console(home, path)
    console.wait_until_up()
    console.say('report')
    console.expect('count ')
    assert said is None or 'READY' not in console.text, console.text
    console.close()


def nothing_runs(path):
    eventually(lambda: f'QEMU is gone, and not {state(path)}', 60, lambda: not home.processes(path))
    assert state(path) != 'running'


def killed_run():
    path = small_guest(home, 'run.bundle')
    usual = duration('run', '--detach', path)
    expect(home.vz('stop', '--force', path), 0)
    for moment in moments(usual):
        kill_after(moment, 'run', '--detach', path)
        # What was on its way comes to its end.
        eventually('it is stopped or can be', 60,
                   lambda: state(path) == 'stopped' or home.vz('stop', '--force', path).returncode == 0)
        nothing_runs(path)
    expect(home.vz('run', '--detach', path), 0)
    is_usable(path, None)
    expect(home.vz('stop', '--force', path), 0)


def go_on(path):
    """By what the state says: run what is saved or at rest, resume what is paused. No guest may begin anew."""
    found = state(path)
    if found == 'paused':
        expect(home.vz('resume', path), 0)
    elif found != 'running':
        assert is_saved(path), found
        expect(home.vz('run', '--detach', path), 0, 'restored')
    assert state(path) == 'running'


def killed_save():
    path = small_guest(home, 'save.bundle')
    expect(home.vz('run', '--detach', path), 0)
    is_usable(path, None)
    usual = duration('save', path)
    expect(home.vz('run', '--detach', path), 0, 'restored')
    for moment in moments(usual):
        kill_after(moment, 'save', path)
        eventually('it can go on', 60, lambda: state(path) in ('running', 'paused') or is_saved(path))
        go_on(path)
        is_usable(path, 'READY')
    expect(home.vz('save', path), 0)
    assert not [name for name in os.listdir(path) if 'partial' in name], os.listdir(path)


def killed_restore():
    path = small_guest(home, 'restore.bundle')
    expect(home.vz('run', '--detach', path), 0)
    is_usable(path, None)
    expect(home.vz('save', path), 0)
    usual = duration('run', '--detach', path)
    for moment in moments(usual):
        if state(path) == 'running':
            expect(home.vz('save', path), 0)
        kill_after(moment, 'run', '--detach', path)
        time.sleep(0.2)
        # In its last moments the guest has all of its state, and only waits for the word to go on.
        if state(path) not in ('running', 'paused'):
            nothing_runs(path)
            assert is_saved(path), 'the saved state is lost'
        go_on(path)
        is_usable(path, 'READY')
    expect(home.vz('stop', '--force', path), 0)


def random_disk(name):
    path = small_guest(home, name)
    with open(os.path.join(path, 'Disk.img'), 'wb') as file:
        file.write(chance.randbytes(48 * MIB))
    return path


def read_disk(path):
    with open(os.path.join(path, 'Disk.img'), 'rb') as file:
        return file.read()


def killed_clone():
    path, clone = random_disk('original.bundle'), home.join('clone.bundle')
    disk = read_disk(path)
    usual = duration('clone', path, clone)
    for moment in moments(usual):
        expect(home.vz('delete', '--force', clone), 0)
        kill_after(moment, 'clone', path, clone)
        if not os.path.exists(clone):
            expect(home.vz('clone', path, clone), 0)
        assert read_disk(clone) == disk
        expect(home.vz('set', clone, 'cpu-count=1'), 0)
    assert read_disk(path) == disk
    assert sorted(os.path.basename(name) for name in os.listdir(home.path) if 'clone' in name) == ['clone.bundle']


def killed_backup():
    path, backup = random_disk('kept.bundle'), home.join('kept.backup')
    usual = duration('backup', path, backup)
    for moment in moments(usual):
        os.remove(backup)
        kill_after(moment, 'backup', path, backup)
        if not os.path.exists(backup):
            expect(home.vz('backup', path, backup), 0)
        expect(home.vz('image', 'verify', backup), 0)
    assert [name for name in os.listdir(home.path) if 'kept.backup' in name] == ['kept.backup']
    expect(home.vz('restore-backup', backup, home.join('again.bundle')), 0)
    assert read_disk(home.join('again.bundle')) == read_disk(path)


print(f'# VZ_TEST_SEED={SEED}')
try:
    main([killed_run, killed_save, killed_restore, killed_clone, killed_backup])
finally:
    home.close()

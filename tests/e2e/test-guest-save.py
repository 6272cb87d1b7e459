#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A whole Debian that is saved and resumed, and one running many commands that can still be controlled."""
import json
import os
import shutil

from guestmachine import BOOT, PREFIX, ask, running
from vztest import Home, eventually, expect, main

home = Home(PREFIX, BOOT)
STATE = home.join('VM.bundle', 'SaveFile.vzvmsave')
ROUNDS = 3


def state():
    return json.loads(expect(home.vz('show', '--json'), 0).stdout)['state']


def saves_and_goes_on():
    """The same boot, the same memory, the disk as the guest left it."""
    running(home)
    boot = ask(home, 'echo kept >/run/kept; echo written >/var/tmp/written; cat /proc/sys/kernel/random/boot_id')
    for _ in range(ROUNDS):
        expect(home.vz('save', timeout=BOOT), 0)
        assert os.path.exists(STATE) and state() == 'saved' and not home.processes()
        expect(home.vz('run', '--detach', '--wait', 'agent', timeout=BOOT), 0, 'restored')
        assert not os.path.exists(STATE)
        assert ask(home, 'cat /run/kept /var/tmp/written /proc/sys/kernel/random/boot_id').split() == \
            ['kept', 'written', boot]


def start_many():
    sleepers = [home.start('exec', '-n', '--', 'sleep', '90') for _ in range(9)]
    eventually('nine commands in the guest', BOOT, lambda: ask(home, 'pgrep -xc sleep || :') == '9')
    return sleepers


def all_ended(sleepers):
    for sleeper in sleepers:
        said = sleeper.communicate(timeout=BOOT)
        assert sleeper.returncode != 0 and said[1].strip(), (sleeper.returncode, said)


def many_commands_and_control():
    sleepers = start_many()
    expect(home.vz('pause'), 0)
    assert state() == 'paused'
    expect(home.vz('exec', '--', 'true'), 6, 'paused')
    expect(home.vz('resume'), 0)
    assert ask(home, 'echo still here') == 'still here'
    expect(home.vz('screenshot', home.join('x.png')), 0)
    expect(home.vz('save'), 6, 'a command is running in the guest')
    expect(home.vz('ip'), 0)
    expect(home.vz('stop', timeout=BOOT), 0)
    all_ended(sleepers)
    assert state() == 'stopped'


def many_commands_and_the_plug():
    shutil.rmtree(home.join('VM.bundle'))
    running(home)
    sleepers = start_many()
    expect(home.vz('stop', '--force'), 0)
    all_ended(sleepers)
    assert state() == 'stopped'


try:
    main([saves_and_goes_on, many_commands_and_control, many_commands_and_the_plug])
finally:
    home.close()

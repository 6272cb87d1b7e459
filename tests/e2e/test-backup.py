#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""vz backup and vz restore-backup on stopped machines: what they print, refuse and leave behind."""
import json
import os
import signal
import time

from machinefiles import bundle, content
from vztest import CHUNK, MIB, expect, last_event, main, small_image


def there_and_back(home):
    path = bundle(home)
    backup = home.join('vm.backup')
    result = expect(home.vz('backup', '--json', path, backup), 0)
    assert last_event(result) == {'event': 'result', 'backup': backup}, result.stdout
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[0]['event'] == 'progress' and events[-2]['fraction-completed'] == 1.0, events
    restored = home.join('again.bundle')
    result = expect(home.vz('restore-backup', '--json', backup, restored), 0)
    assert last_event(result) == {'event': 'result', 'bundle': restored}, result.stdout
    assert sorted(set(os.listdir(path)) - {'.holder'}) == sorted(set(os.listdir(restored)) - {'.holder'})
    for name in ('HardwareModel', 'MachineIdentifier', 'AuxiliaryStorage'):
        assert content(path, name) == content(restored, name), name
    assert os.stat(os.path.join(restored, 'Disk.img')).st_blocks * 512 < 6 * MIB, 'holes were filled'
    assert content(path, 'Disk.img') == content(restored, 'Disk.img')
    assert 'other' not in home.vz('list').stderr


def defaults_are_the_usual_bundle(home):
    bundle(home)
    assert expect(home.vz('backup', home.join('a.backup')), 0).stdout == home.join('a.backup') + '\n'
    os.rename(home.join('VM.bundle'), home.join('old.bundle'))
    assert expect(home.vz('restore-backup', home.join('a.backup')), 0).stdout == home.join('VM.bundle') + '\n'


def a_backup_is_verified_like_an_image(home):
    path = bundle(home)
    backup = home.join('vm.backup')
    expect(home.vz('backup', path, backup), 0)
    expect(home.vz('image', 'verify', backup), 0)
    expect(home.vz('image', 'inspect', backup), 0, 'restore-backup')
    expect(home.vz('install', '--bundle', home.join('x.bundle'), backup), 3, 'restore-backup')
    with open(backup, 'r+b') as file:
        file.seek(CHUNK // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    expect(home.vz('image', 'verify', backup), 4)
    before = home.files()
    expect(home.vz('restore-backup', backup, home.join('x.bundle')), 4, 'vm.backup', 'damaged')
    assert home.files() == before


def refuses(home):
    path = bundle(home)
    backup = home.join('vm.backup')
    before = home.files()
    for code, text, arguments in (
            (2, 'missing', ('backup',)),
            (2, "unexpected argument 'more'", ('backup', path, backup, 'more')),
            (5, 'no.bundle', ('backup', home.join('no.bundle'), backup)),
            (5, 'none', ('backup', path, home.join('none', 'vm.backup'))),
            (2, 'in the bundle', ('backup', path, os.path.join(path, 'vm.backup'))),
            (1, 'exists', ('backup', path, os.path.join(path, 'HardwareModel', '..', '..', 'VM.bundle'))),
            (2, 'missing', ('restore-backup',)),
            (5, 'vm.backup', ('restore-backup', backup)),
            (4, 'VM.bundle', ('restore-backup', path, home.join('x.bundle')))):
        expect(home.vz(*arguments), code, text)
    assert home.files() == before, home.files() - before
    image = small_image(home.join('a.ipsw'))
    expect(home.vz('restore-backup', image, home.join('x.bundle')), 4, 'a.ipsw', "not a machine's backup")
    expect(home.vz('backup', path, backup), 0)
    expect(home.vz('backup', path, backup), 1, 'exists')
    expect(home.vz('restore-backup', backup, path), 1, 'exists')


def interrupted(home, leftover, *arguments):
    """Each signal at several moments: the exit code, and nothing that was not there before."""
    before = home.files()
    stopped = 0
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        for delay in (0.05, 0.3):
            process = home.start(*arguments)
            time.sleep(delay)
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
            stopped += process.returncode != 0
            if process.returncode == 0:
                leftover(True)
            elif number != signal.SIGKILL:
                assert process.returncode in (130, -number), (number, delay, process.returncode, errors)
                assert home.files() == before, (number, delay, home.files() - before)
            else:
                leftover(False)
                assert home.files() == before, (number, delay, home.files() - before)
    assert stopped > 0, 'it was always faster'


def interrupted_backup_leaves_nothing(home):
    path = bundle(home, data=120 * MIB)
    backup = home.join('vm.backup')

    def clean(done):
        assert os.path.exists(backup) == done
        if done:
            os.remove(backup)

    interrupted(home, clean, 'backup', path, backup)


def interrupted_restore_leaves_nothing(home):
    path = bundle(home, data=120 * MIB)
    backup, restored = home.join('vm.backup'), home.join('x.bundle')
    expect(home.vz('backup', path, backup), 0)

    def clean(done):
        """What kill -9 leaves behind has the name of a bundle under construction, and the next one replaces it."""
        assert os.path.exists(restored) == done
        if not done:
            expect(home.vz('restore-backup', backup, restored), 0)
        expect(home.vz('delete', '--force', restored), 0)

    interrupted(home, clean, 'restore-backup', backup, restored)


main([there_and_back, defaults_are_the_usual_bundle, a_backup_is_verified_like_an_image, refuses,
      interrupted_backup_leaves_nothing, interrupted_restore_leaves_nothing])

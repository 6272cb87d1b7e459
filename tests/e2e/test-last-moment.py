#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One point of no return: an interrupt that comes too late is none (exit code 0, the result is there and whole), one in
time leaves nothing. The moment is swept over the whole run."""
import os
import shutil
import signal
import time

from machinefiles import bundle
from vztest import MIB, eventually, expect, main, small_image

MOMENTS = 24
MORE = 6  # moments behind the time that an undisturbed run takes


def sweep(home, there, clear, *arguments):
    """@there: whether the whole result is there."""
    times = []
    for _ in range(2):
        begin = time.monotonic()
        expect(home.vz(*arguments), 0)
        times.append(time.monotonic() - begin)
        assert there()
        clear()
    before = home.files()
    ends = set()
    for number in (signal.SIGINT, signal.SIGTERM):
        for moment in range(MOMENTS):
            process = home.start(*arguments)
            time.sleep(min(times) * moment / (MOMENTS - MORE))
            process.send_signal(number)
            _, errors = process.communicate(timeout=120)
            what = (arguments, number, moment, process.returncode, errors)
            ends.add(process.returncode == 0)
            if process.returncode == 0:
                assert there(), what
                clear()
            else:
                # By the signal itself before anything was begun.
                assert process.returncode in (130, -number), what
                assert not there(), what
            eventually(lambda: f'nothing but {before} is left, not {home.files() ^ before} {what}', 30,
                       lambda: home.files() == before)
    assert ends == {True, False}, f'never in time, or never too late: {ends}'


def remover(path):
    def remove():
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    return remove


def of_backup(home):
    path, backup = bundle(home, data=24 * MIB), home.join('vm.backup')
    sweep(home, lambda: os.path.exists(backup), remover(backup), 'backup', path, backup)


def of_restore_backup(home):
    path, backup, made = bundle(home, data=24 * MIB), home.join('vm.backup'), home.join('x.bundle')
    expect(home.vz('backup', path, backup), 0)
    sweep(home, lambda: os.path.exists(made), lambda: expect(home.vz('delete', '--force', made), 0), 'restore-backup', backup,
          made)


def of_clone(home):
    path, made = bundle(home, data=100 * MIB), home.join('x.bundle')
    # A clone is another machine, and has an entry of its own in the list.
    sweep(home, lambda: os.path.exists(made), lambda: expect(home.vz('delete', '--force', made), 0), 'clone', path, made)


def of_extract(home):
    image, made = small_image(home.join('a.ipsw')), home.join('out')
    sweep(home, lambda: os.path.exists(os.path.join(made, 'RootFileSystem.img')), remover(made),
          'image', 'extract', '-d', made, image, 'RootFileSystem')


def of_fetch(home):
    image, made = small_image(home.join('a.ipsw')), home.join('b.ipsw')
    sweep(home, lambda: os.path.exists(made), remover(made), 'image', 'fetch', '-o', made, image)


main([of_backup, of_restore_backup, of_clone, of_extract, of_fetch])

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One point of no return: an interrupt that comes too late is ignored (exit code 0, the result is there and complete),
one in time leaves nothing. The moment is swept over the whole run."""
import os
import shutil
import signal
import time

from machinefiles import bundle
from vztest import MIB, eventually, expect, main, small_image

MOMENTS = 16  # spread over the duration of an undisturbed run
BEHIND = 4  # moments after that
APPEARANCES = 3  # when the result's name appears
TRIES = 60  # until one came too late, on a machine that keeps getting slower


class Sweep:
    """@there: whether the complete result is there."""

    def __init__(self, home, there, clear, *arguments):
        self.home, self.there, self.clear, self.arguments = home, there, clear, arguments
        self.ends = set()
        self.before = None

    def run_undisturbed(self):
        begin = time.monotonic()
        expect(self.home.vz(*self.arguments), 0)
        assert self.there()
        self.clear()
        return time.monotonic() - begin

    def interrupt(self, number, wait):
        """Sends the signal when @wait, which is given the process, returns."""
        process = self.home.start(*self.arguments)
        wait(process)
        process.send_signal(number)
        _, errors = process.communicate(timeout=240)
        what = (self.arguments, number, process.returncode, errors)
        if process.returncode == 0:
            assert self.there(), what
            self.clear()
        else:
            # By the signal itself, before anything was begun.
            assert process.returncode in (130, -number), what
            assert not self.there(), what
        self.ends.add(process.returncode == 0)
        eventually(lambda: f'nothing but {self.before} is left, not {self.home.files() ^ self.before} {what}', 30,
                   lambda: self.home.files() == self.before)
        return process.returncode

    def wait_for_result(self, process):
        while process.poll() is None and not self.there():
            time.sleep(0.0005)

    def run(self):
        length = min(self.run_undisturbed() for _ in range(2))
        self.before = self.home.files()
        for number in (signal.SIGINT, signal.SIGTERM):
            for moment in range(MOMENTS + BEHIND):
                self.interrupt(number, lambda _, moment=moment: time.sleep(length * moment / MOMENTS))
            for _ in range(APPEARANCES):
                assert self.interrupt(number, self.wait_for_result) == 0, 'interrupted with its result in place'
        # The runs above may have been longer, or shorter, than the measured ones.
        for _ in range(TRIES):
            if self.ends == {True, False}:
                return
            length *= 0.8 if False not in self.ends else 1.3
            self.interrupt(signal.SIGINT, lambda _: time.sleep(length))
        raise AssertionError(f'never in time, or never too late: {self.ends}')


def sweep(*arguments):
    Sweep(*arguments).run()


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
    # A clone is another machine, with its own entry in the list.
    sweep(home, lambda: os.path.exists(made), lambda: expect(home.vz('delete', '--force', made), 0), 'clone', path, made)


def of_extract(home):
    image, made = small_image(home.join('a.ipsw')), home.join('out')
    sweep(home, lambda: os.path.exists(os.path.join(made, 'RootFileSystem.img')), remover(made),
          'image', 'extract', '-d', made, image, 'RootFileSystem')


def of_fetch(home):
    image, made = small_image(home.join('a.ipsw')), home.join('b.ipsw')
    sweep(home, lambda: os.path.exists(made), remover(made), 'image', 'fetch', '-o', made, image)


main([of_backup, of_restore_backup, of_clone, of_extract, of_fetch])

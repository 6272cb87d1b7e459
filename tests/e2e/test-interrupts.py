#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ctrl-C, SIGTERM and kill -9 at several moments of a compose and an install: nothing remains that the next one does
not resume or replace."""
import contextlib
import os
import signal
import time

from vztest import composed_image, eventually, expect, main

# What a killed process cannot remove itself: a bundle under construction, which the next install takes over.
PARTIAL = '.VM.bundle.partial'
PHASES = ('restore', 'boot')


def run_until(home, phase, *arguments):
    """Starts vz and returns when its progress says @phase."""
    process = home.start(*arguments)
    for line in process.stdout:
        if f'"{phase}"' in line:
            return process
    raise AssertionError(f'never came to {phase}: {process.stderr.read()}')


def leftovers(home):
    return sorted(name for name in home.files() if not name.startswith('data/') and 'vz/ssh/' not in name)


def end(process, number):
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    return errors


def interrupted_install_leaves_nothing(home):
    image = composed_image()
    for phase in PHASES:
        for number in (signal.SIGINT, signal.SIGTERM):
            process = run_until(home, phase, 'install', '--json', '--memory', '1G', image)
            errors = end(process, number)
            assert process.returncode == 130, (phase, process.returncode, errors)
            assert not home.processes(), f'{phase}: QEMU is left'
            assert leftovers(home) == [], (phase, leftovers(home))
            assert not os.path.exists(home.join(PARTIAL)), phase


def second_interrupt_changes_nothing(home):
    process = run_until(home, 'boot', 'install', '--json', '--memory', '1G', composed_image())
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    assert 'interrupted' in end(process, signal.SIGTERM)
    assert process.returncode == 130
    assert leftovers(home) == [] and not home.processes()


def killed_install_is_taken_over(home):
    image = composed_image()
    for phase in PHASES:
        process = run_until(home, phase, 'install', '--json', '--memory', '1G', image)
        end(process, signal.SIGKILL)
        eventually(f'{phase}: QEMU dies with vz', 20, lambda: not home.processes())
        assert not os.path.exists(home.join('VM.bundle')), phase
        process = run_until(home, 'restore' if phase == 'restore' else 'boot', 'install', '--json', '--memory', '1G', image)
        errors = end(process, signal.SIGINT)
        assert 'interrupted install' in errors, (phase, errors)
        assert leftovers(home) == [], (phase, leftovers(home))


def interrupted_compose_leaves_nothing(home):
    image = home.join('new.ipsw')
    for number, seconds in ((signal.SIGINT, 2), (signal.SIGTERM, 12), (signal.SIGKILL, 8)):
        process = home.start('image', 'compose', '--no-cache', '--output', image)
        time.sleep(seconds)
        errors = end(process, number)
        assert process.returncode == (130 if number != signal.SIGKILL else -number), errors
        eventually('what it started is gone', 20, lambda: not home.processes('mmdebstrap'))
        eventually('its files are gone', 20, lambda: not [n for n in leftovers(home) if not n.startswith('cache/vz/archive')])


def interrupt_too_late(process, result):
    """As soon as the result has its name: that is no longer an interrupt."""
    os.set_blocking(process.stdout.fileno(), False)
    while not os.path.exists(result):
        assert process.poll() is None, process.communicate()
        with contextlib.suppress(BlockingIOError):
            os.read(process.stdout.fileno(), 65536)  # a full pipe would block it
        time.sleep(0.001)
    os.set_blocking(process.stdout.fileno(), True)
    errors = end(process, signal.SIGINT)
    assert process.returncode == 0, (process.returncode, errors)


def compose_has_one_point_of_no_return(home):
    image = home.join('new.ipsw')
    interrupt_too_late(home.start('image', 'compose', '--output', image), image)
    expect(home.vz('image', 'verify', image, timeout=300), 0)
    assert [name for name in leftovers(home) if not name.startswith('cache/')] == ['new.ipsw'], leftovers(home)


def two_installs_of_one_bundle(home):
    """The second is refused, and the first has one point of no return."""
    image = composed_image()
    process = run_until(home, 'restore', 'install', '--json', '--memory', '1G', image)
    expect(home.vz('install', image), 6, str(process.pid))
    interrupt_too_late(process, home.join('VM.bundle'))
    assert not home.processes() and not os.path.exists(home.join(PARTIAL))
    expect(home.vz('check'), 0, 'no problems')


main([interrupted_install_leaves_nothing, second_interrupt_changes_nothing, killed_install_is_taken_over,
      interrupted_compose_leaves_nothing, compose_has_one_point_of_no_return, two_installs_of_one_bundle])

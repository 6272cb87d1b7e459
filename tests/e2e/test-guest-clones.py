#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clones of a real guest are other machines: taken before its first boot, and while it writes."""
import signal
import time

from guestmachine import BOOT, PREFIX, identity, installed, running
from vztest import Home, expect, main

home = Home(PREFIX, BOOT)
CLONE = home.join('two.bundle')
early = []  # a clone's identities in its first and its second boot
original = []


def an_early_clone_is_another_machine():
    """Taken before the original's first ordinary boot, when systemd keeps /etc/machine-id busy."""
    bundle = home.join('early.bundle')
    installed(home)
    expect(home.vz('clone', '--name', 'early-2', home.join('VM.bundle'), bundle, timeout=BOOT), 0)
    for _ in range(2):
        expect(home.vz('run', '--detach', '--wait', 'ssh', bundle, timeout=BOOT), 0)
        early.append(identity(home, bundle))
        names = expect(home.vz('ssh', bundle, '--', 'hostname; cat /etc/hostname', timeout=BOOT), 0).stdout
        assert names == 'early-2\nearly-2\n', names
        expect(home.vz('stop', bundle, '--timeout', str(BOOT), timeout=BOOT + 20), 0)
    assert early[0] == early[1], f'the second boot changes it: {early}'
    expect(home.vz('delete', '--force', bundle), 0)
    expect(home.vz('delete', '--force', home.join('VM.bundle')), 0)


def clones_while_it_writes():
    """The clone's file systems are intact, and the guest never noticed."""
    running(home)
    original.extend(identity(home))
    for before, now in zip(original, early[0]):
        assert before != now, f'both have {now}'
    writes = 'while :; do dd if=/dev/urandom of=/var/tmp/junk bs=64k count=64 2>/dev/null; cp /var/tmp/junk /var/tmp/copy; done'
    writer = home.start('exec', '--', 'sh', '-c', writes)
    time.sleep(3)
    assert writer.poll() is None, writer.stderr.read()
    expect(home.vz('clone', home.join('VM.bundle'), CLONE, timeout=BOOT), 0)
    assert writer.poll() is None, writer.stderr.read()
    writer.send_signal(signal.SIGINT)
    writer.communicate(timeout=60)
    expect(home.vz('exec', '--', 'sh', '-c', 'echo it writes > /var/tmp/after && sync', timeout=60), 0)
    expect(home.vz('check', CLONE), 0, 'no problems')


def a_clone_is_another_machine():
    expect(home.vz('run', '--detach', '--wait', 'agent', CLONE, timeout=BOOT), 0)
    expect(home.vz('exec', CLONE, '--', 'systemctl', 'start', 'multi-user.target', timeout=BOOT), 0)
    for before, now in zip(original, identity(home, CLONE)):
        assert before != now, f'both have {now}'
    # What was frozen is clean: no journal had to be replayed.
    assert 'recover' not in expect(home.vz('exec', CLONE, '--', 'sh', '-c', 'dmesg | grep EXT4'), 0).stdout
    expect(home.vz('exec', CLONE, '--', 'test', '!', '-e', '/var/tmp/after'), 0)
    expect(home.vz('stop', CLONE, '--timeout', str(BOOT), timeout=BOOT + 20), 0)
    expect(home.vz('delete', '--force', CLONE), 0)


try:
    main([an_early_clone_is_another_machine, clones_while_it_writes, a_clone_is_another_machine])
finally:
    home.close()

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A whole Debian with Secure Boot: from shim to the kernel. The same kernel without its signature only starts without
it."""
import glob
import os

from guestmachine import BOOT, PREFIX, ask, running
from vztest import Home, eventually, expect, main

INSTALL = ('export DEBIAN_FRONTEND=noninteractive; apt-get -q update && '
           'apt-get -q -y --no-install-recommends install shim-signed mokutil')
# The certificates of a PE32+ image are at its end; the directory's fifth entry says where.
STRIP = '''set -e
kernel=$(ls /boot/efi/*/*/linux)
entry=$(($(od -An -tu4 -j60 -N4 "$kernel") + 24 + 112 + 4 * 8))
start=$(od -An -tu4 -j$entry -N4 "$kernel" | tr -d ' ')
test "$start" -gt 4096
dd if=/dev/zero of="$kernel" bs=1 seek=$entry count=8 conv=notrunc status=none
truncate -s "$start" "$kernel"
sync'''

home = Home(PREFIX, BOOT)


def log_of_this_run():
    text = ''
    for path in glob.glob(home.join('state', 'vz', '*', 'console.log*')):
        with open(path, encoding='utf-8', errors='replace') as file:
            text += file.read()
    return text


def boots(*options):
    for path in glob.glob(home.join('state', 'vz', '*', 'console.log*')):
        os.unlink(path)
    expect(home.vz('run', '--detach', *options, timeout=BOOT), 0)


def stops(*options):
    expect(home.vz('stop', *options, timeout=BOOT), 0)
    eventually('QEMU ends', 60, lambda: not home.processes())


def signed():
    """Debian's packages put shim before the boot loader, whose signed build is already there."""
    running(home)
    assert 'SecureBoot disabled' in ask(home, INSTALL + ' >&2 && mokutil --sb-state')
    stops()
    expect(home.vz('set', '--secure-boot', 'on'), 0)
    boots('--wait', 'agent')
    assert ask(home, 'mokutil --sb-state') == 'SecureBoot enabled'
    assert '[integrity]' in ask(home, 'cat /sys/kernel/security/lockdown'), 'the kernel does not know of it'


def unsigned_kernel():
    """Shim refuses it, and says so on the console."""
    ask(home, STRIP)
    stops()
    boots()
    eventually(lambda: f'shim refuses the kernel; the console says {log_of_this_run()[-2000:]}', BOOT,
               lambda: 'Verification failed' in log_of_this_run() and '\\linux: ' in log_of_this_run())
    assert 'login:' not in log_of_this_run(), log_of_this_run()
    stops('--force')


def without():
    """The kernel lacks the signature, and nothing else."""
    expect(home.vz('set', '--secure-boot', 'off'), 0)
    boots('--wait', 'agent')
    assert 'SecureBoot disabled' in ask(home, 'mokutil --sb-state')
    assert '[none]' in ask(home, 'cat /sys/kernel/security/lockdown')
    stops()


try:
    main([signed, unsigned_kernel, without])
finally:
    home.close()

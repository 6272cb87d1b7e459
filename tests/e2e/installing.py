# SPDX-License-Identifier: LGPL-2.1-or-later
"""Installations from a CD image whose installer is the small guest."""
import os
import subprocess

from vztest import ARCHITECTURE, Skip, eventually, expect

KIND = 'x86_64-sharing'  # its kernel knows USB disks
LIMIT = 480
FILES = {'AuxiliaryStorage', 'Configuration.json', 'Disk.img', 'HardwareModel', 'MachineIdentifier'}


def small_guest_folder(kind=KIND):
    """The folder with its kernel and initial ramdisk."""
    folder = os.environ['VZ_TEST_GUEST']
    if ARCHITECTURE != 'x86_64':
        raise Skip('the installer is made for x86_64')
    made = subprocess.run([os.environ['VZ_TEST_MAKE_GUEST'], kind, folder], capture_output=True, text=True)
    if made.returncode:
        raise Skip(f'tests/guest/make-guest could not make the small guest: {made.stderr}')
    return os.path.join(folder, kind)


def command(home, iso, *options):
    return ['install', '--bundle', home.join('i.bundle'), '--memory', '512M', '--disk', '1G', '--iso', iso, *options]


def console(home):
    """Everything that guests have printed."""
    text = ''
    for here, _, names in os.walk(home.join('state')):
        if 'console.log' in names:
            with open(os.path.join(here, 'console.log'), errors='replace') as file:
                text += file.read().replace('\r', '')
    return text


def check_bundle(home):
    """It is complete, has nothing of the CD and its kernel left, and boots from its disk."""
    bundle = home.join('i.bundle')
    assert {*os.listdir(bundle)} - {'.holder'} == FILES, os.listdir(bundle)
    assert not [name for name in os.listdir(home.path) if 'partial' in name]
    with open(os.path.join(bundle, 'Configuration.json')) as file:
        text = file.read()
    assert '.iso' not in text and 'InstallerKernel' not in text
    expect(home.vz('check', bundle), 0)
    before = console(home).count('READY')
    expect(home.vz('run', '--detach', bundle), 0)
    eventually(lambda: console(home)[-2000:], LIMIT, lambda: console(home).count('READY') > before)
    expect(home.vz('stop', '--force', bundle), 0)

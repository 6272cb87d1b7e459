#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz install --iso --unattended`: the small guest in the place of Debian's installer, which shows what it was given."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(__file__)
sys.path[:0] = [os.path.join(HERE, '..', 'server'), os.path.join(HERE, '..', 'disk')]
import isos  # noqa: E402  pylint: disable=wrong-import-position
from vztest import ARCHITECTURE, Skip, eventually, expect, main  # noqa: E402  pylint: disable=wrong-import-position

KIND = 'x86_64-sharing'  # its kernel knows USB disks
LIMIT = 480
FILES = {'AuxiliaryStorage', 'Configuration.json', 'Disk.img', 'HardwareModel', 'MachineIdentifier'}


def cd(home, **more):
    folder = os.environ['VZ_TEST_GUEST']
    if ARCHITECTURE != 'x86_64':
        raise Skip('the installer is made for x86_64')
    made = subprocess.run([os.environ['VZ_TEST_MAKE_GUEST'], KIND, folder], capture_output=True, text=True)
    if made.returncode:
        raise Skip(f'tests/guest/make-guest could not make the small guest: {made.stderr}')
    return isos.make_debian(home.join('debian.iso'), os.path.join(folder, KIND), **more)


def arguments(home, iso, how, *options):
    with open(home.join('lines'), 'w') as file:
        file.write(f'd-i vz/test string {how}\nd-i mirror/country string manual')
    return ['install', '--bundle', home.join('i.bundle'), '--memory', '512M', '--disk', '1G', '--iso', iso,
            '--unattended', '--script', home.join('lines'), *options]


def install(home, iso, how, *options):
    return home.vz(*arguments(home, iso, how, *options), timeout=LIMIT)


def console(home):
    text = ''
    for here, _, names in os.walk(home.join('state')):
        if 'console.log' in names:
            with open(os.path.join(here, 'console.log'), errors='replace') as file:
                text += file.read().replace('\r', '')
    return text


def shown(text, path):
    """The file, as the guest has shown it."""
    return text.split(f'install: {path} is\n', 1)[1].split('install: end\n', 1)[0]


def settings(home):
    with open(home.join('i.bundle', 'Configuration.json')) as file:
        return json.load(file)


def check_bundle(home):
    """It is whole, knows nothing of the CD and its kernel, and starts from its disk."""
    bundle = home.join('i.bundle')
    assert {*os.listdir(bundle)} - {'.holder'} == FILES, os.listdir(bundle)
    assert not [name for name in os.listdir(home.path) if 'partial' in name]
    text = json.dumps(settings(home))
    assert '.iso' not in text and 'InstallerKernel' not in text
    expect(home.vz('check', bundle), 0)
    before = console(home).count('READY')
    expect(home.vz('run', '--detach', bundle), 0)
    eventually(lambda: console(home)[-2000:], LIMIT, lambda: console(home).count('READY') > before)
    expect(home.vz('stop', '--force', bundle), 0)


def to_the_end(home):
    """The guest got the script in its initial ramdisk, with the right values, and nobody was asked."""
    iso = cd(home)
    key = home.join('key.pub')
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', "it's $(id) \"k\"", '-f', home.join('key')],
                   check=True)
    expect(install(home, iso, 'poweroff', '--name', 'box-1', '--user', 'anna', '--ssh-key', key), 0,
           'nothing will be asked', 'is installed')
    text = console(home)
    preseed, script = shown(text, '/preseed.cfg'), shown(text, '/vz-settings.sh').replace('~', '-')
    for line in ('d-i netcfg/get_hostname string box-1', 'd-i netcfg/hostname string box-1', 'd-i vz/test string poweroff',
                 'd-i mirror/country string manual', 'd-i passwd/make-user boolean false'):
        assert line in preseed.split('\n'), (line, preseed)
    assert 'sh /root/vz-settings.sh' in preseed
    with open(key) as file:
        words = file.read().split()
    assert 'user_name=' in script and 'anna' in script and 'box-1' in script and words[1] in script, script
    options = shown(text, '/proc/cmdline')
    assert 'debconf/priority=critical' in options and 'console=ttyS0' in options, options
    assert 'BOOT_IMAGE' not in options, options
    assert settings(home)['platform']['user-name'] == 'anna', settings(home)['platform']
    check_bundle(home)


def restarts_when_done(home):
    """A restart is the end; the guest does not come up again before the bundle is made."""
    expect(install(home, cd(home), 'restart'), 0, 'is installed')
    assert console(home).count('install: restart') == 1 and 'READY' not in console(home)
    check_bundle(home)


def installs_nothing(home):
    iso = cd(home)
    install_arguments = arguments(home, iso, 'nothing')
    before = home.files()
    expect(home.vz(*install_arguments, timeout=LIMIT), 1, 'no system is installed')
    left = {name for name in home.files() - before if not name.startswith('data/vz/ssh/')}
    assert not left, left


def lacks_its_kernel(home):
    """What the database says is on the CD need not be there."""
    iso = cd(home, files=isos.DEBIAN_FILES[:1])
    expect(install(home, iso, 'poweroff'), 5, 'install.amd/initrd.gz', 'the CD has no such file')
    assert not [name for name in os.listdir(home.path) if 'bundle' in name]


main([to_the_end, restarts_when_done, installs_nothing, lacks_its_kernel])

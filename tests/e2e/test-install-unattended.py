#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz install --iso --unattended`: the small guest in place of Debian's installer, showing what it was given."""
import json
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(__file__)
sys.path[:0] = [os.path.join(HERE, '..', 'server'), os.path.join(HERE, '..', 'disk')]
import isos  # noqa: E402  pylint: disable=wrong-import-position
from installing import LIMIT, check_bundle, command, console, small_guest_folder  # noqa: E402  pylint: disable=wrong-import-position
from vztest import eventually, expect, main  # noqa: E402  pylint: disable=wrong-import-position


def cd(home, **more):
    return isos.make_debian(home.join('debian.iso'), small_guest_folder(), **more)


def arguments(home, iso, how, *options):
    with open(home.join('lines'), 'w') as file:
        file.write(f'd-i vz/test string {how}\nd-i mirror/country string manual')
    return command(home, iso, '--unattended', '--script', home.join('lines'), *options)


def install(home, iso, how, *options):
    return home.vz(*arguments(home, iso, how, *options), timeout=LIMIT)


def shown(text, path):
    """The file, as the guest has shown it."""
    return text.split(f'install: {path} is\n', 1)[1].split('install: end\n', 1)[0]


def settings(home):
    with open(home.join('i.bundle', 'Configuration.json')) as file:
        return json.load(file)


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
    """A restart is the end; the guest does not boot again before the bundle is complete."""
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


def says_what_the_system_lacks(home):
    """A system that did not report its settings is kept, and the user is told; one that failed to apply them is not."""
    iso = cd(home)
    expect(install(home, iso, 'silent'), 0, 'did not report that it created the user, keys and host name', 'console.log',
           'is installed')
    assert settings(home)['platform']['user-name'] is None, settings(home)['platform']
    expect(home.vz('delete', '--force', home.join('i.bundle')), 0)
    expect(install(home, iso, 'failed'), 1, 'did not accept its settings (status 1): as told')
    assert not os.path.exists(home.join('i.bundle'))


def interrupted(home):
    """It leaves nothing; while it works, the list says so."""
    iso = cd(home)
    waiting = arguments(home, iso, 'wait')
    before = home.files()
    process = home.start(*waiting)
    eventually(lambda: console(home), LIMIT, lambda: process.poll() is not None or 'install: wait' in console(home))
    assert 'InstallerKernel' in os.listdir(home.join('.i.bundle.partial'))
    expect(home.vz('list'), 0, 'installing', '.i.bundle.partial')
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and 'interrupted' in said, said
    assert {name for name in home.files() - before if 'bundle' in name} == set() and not home.processes()


def lacks_its_kernel(home):
    """What the database expects on the CD may not be there."""
    iso = cd(home, files=isos.DEBIAN_FILES[:1])
    expect(install(home, iso, 'poweroff'), 5, 'install.amd/initrd.gz', 'the CD has no such file')
    assert not [name for name in os.listdir(home.path) if 'bundle' in name]


main([to_the_end, restarts_when_done, installs_nothing, says_what_the_system_lacks, interrupted, lacks_its_kernel])

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk image whose system takes its settings by Ignition, as far as they can be seen without one: the disk has such a
system's partitions, and the small guest on it reads what vz passes through QEMU's fw_cfg."""
import base64
import json
import os
import re
import signal
import sys

HERE = os.path.dirname(__file__)
sys.path[:0] = [os.path.join(HERE, '..', 'disk')]
import disks  # noqa: E402  pylint: disable=wrong-import-position
from installing import FILES, LIMIT, console, small_guest_folder  # noqa: E402  pylint: disable=wrong-import-position
from vztest import eventually, expect, main  # noqa: E402  pylint: disable=wrong-import-position

DATA = 'data:;base64,'
ITEMS = ('opt/com.coreos/config', 'opt/org.flatcar-linux/config')


def image(home, kind, how):
    options = f'console=ttyS0 quiet panic=-1 no_timer_check ignition={how}'
    return disks.make_ignition(home.join(f'{how}.raw'), kind, small_guest_folder('x86_64'), options)


def command(home, path, *options):
    return ['install', '--bundle', home.join('i.bundle'), '--memory', '512M', '--disk', '256M', '--user', 'tester',
            '--name', 'box', *options, path]


def decoded(url):
    assert url.startswith(DATA), url[:40]
    return base64.b64decode(url[len(DATA):]).decode()


def told(home):
    """What the guest has read, under each name."""
    found = re.findall(r'ignition: (opt/\S+) is\n(.*?)\n+ignition: end', console(home), re.DOTALL)
    assert [name for name, _ in found] == list(ITEMS), console(home)[-1000:]
    assert found[0][1] == found[1][1]
    return json.loads(found[0][1])


def qemu_line(home):
    for pid in home.processes():
        with open(f'/proc/{pid}/cmdline', 'rb') as file:
            line = file.read().replace(b'\0', b' ').decode()
        if ' -name ' in line:
            return line
    raise AssertionError('no QEMU')


def check_settings(config):
    user = config['passwd']['users'][0]
    assert user['name'] == 'tester' and user['sshAuthorizedKeys'], user
    files = {file['path']: decoded(file['contents']['source']) for file in config['storage']['files']}
    assert files['/etc/hostname'] == 'box\n' and files['/etc/sudoers.d/90-vz'].startswith('tester ALL='), files


def applied(home):
    own = {'ignition': {'version': '3.3.0'}, 'storage': {'files': [{'path': '/etc/own', 'contents': {'source': 'data:,own'}}]}}
    with open(home.join('own.ign'), 'w', encoding='utf-8') as file:
        json.dump(own, file)
    path = image(home, 'core-os', 'applied')
    expect(home.vz(*command(home, path, '--ignition', home.join('own.ign')), timeout=LIMIT), 0, 'is installed')
    merge = told(home)['ignition']['config']['merge']
    assert json.loads(decoded(merge[0]['source'])) == own
    check_settings(json.loads(decoded(merge[1]['source'])))
    bundle = home.join('i.bundle')
    assert {*os.listdir(bundle)} - {'.holder'} == FILES, os.listdir(bundle)
    shown = json.loads(home.vz('show', '--json', bundle).stdout)
    assert shown['configuration']['platform']['user-name'] == 'tester', shown
    assert len(shown['configuration']['storage-devices']) == 1 and shown['guest-settings'] == 'ignition', shown
    later_boots(home, bundle)


def later_boots(home, bundle):
    """Neither they nor copies contain any of it."""
    expect(home.vz('clone', bundle, home.join('c.bundle')), 0)
    assert not [name for name in os.listdir(home.join('c.bundle')) if 'gnition' in name]
    expect(home.vz('run', '--detach', bundle), 0)
    assert 'fw_cfg' not in qemu_line(home)
    eventually(lambda: console(home)[-2000:], LIMIT, lambda: 'READY' in console(home))
    assert 'ignition: end' not in console(home)  # its log starts anew
    expect(home.vz('stop', '--force', bundle), 0)


def refused_by_the_guest(home):
    path = image(home, 'flatcar', 'failed')
    before = home.files()
    expect(home.vz(*command(home, path), timeout=LIMIT), 1, 'the guest did not accept its settings (status 1)', 'as told')
    check_settings(told(home))
    left = {name for name in home.files() - before if not name.startswith(('data/vz/ssh', 'state/'))}
    assert not left and not home.processes(), left


def partial(home):
    """Of the bundle under construction: the file with the configuration."""
    return [os.path.join(here, 'Ignition.json') for here, _, names in os.walk(home.path) if 'Ignition.json' in names]


def interrupted(home):
    """A killed one starts over: the guest would not take other settings from the same disk. A signal leaves nothing."""
    path = image(home, 'core-os', 'silent')
    process = home.start(*command(home, path))
    eventually(lambda: console(home)[-2000:], LIMIT, lambda: console(home).count('ignition: end') == len(ITEMS))
    file, = partial(home)
    assert os.stat(file).st_mode & 0o777 == 0o600
    line = qemu_line(home)
    for name in ITEMS:
        assert f'-fw_cfg name={name},file={file} ' in line, line
    assert '-sandbox on,' in line and 'CloudInit' not in line
    process.kill()
    process.wait()
    eventually('QEMU ends with it', 30, lambda: not home.processes())
    process = home.start(*command(home, path))
    eventually(lambda: console(home)[-2000:], LIMIT, lambda: console(home).count('ignition: end') == len(ITEMS) and partial(home) != [file])
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130 and 'replacing what the interrupted installation' in said, said
    assert not partial(home) and not home.processes()


main([applied, refused_by_the_guest, interrupted])

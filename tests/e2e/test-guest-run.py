#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real guest from its installation to its end, with shared folders. Takes minutes under TCG."""
import json
import os
import shutil
import time

from guestmachine import BOOT, PREFIX, ask, installed
from vztest import Home, composed_image, eventually, expect, main

home = Home(PREFIX, BOOT)
SHARED = home.join('shared')
SHARED_READ_ONLY = home.join('read,only=')


def installs():
    events = installed(home)
    assert events[-1]['event'] == 'result' and events[-1]['bundle'].endswith('/VM.bundle'), events[-1]
    fractions = [event['fraction-completed'] for event in events[:-1]]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0, fractions
    assert {'phase', 'completed', 'total', 'rate'} <= set(events[0]), events[0]
    assert not os.path.exists(home.join('VM.bundle', 'RestoreImage.ipsw'))
    assert os.stat(home.join('VM.bundle', 'Disk.img')).st_size == 128 << 30
    expect(home.vz('install', composed_image()), 1, 'already exists')


def shows_and_sets():
    shown = json.loads(expect(home.vz('show', '--json'), 0).stdout)
    assert shown['state'] == 'stopped' and len(shown['machine-identifier']) == 16, shown
    assert shown['configuration']['cpu-count'] == 2, shown
    expect(home.vz('set', 'cpu-count=1', 'memory-size=900M'), 0)
    refused = expect(home.vz('set', 'cpu-count=4000'), 4, 'cpu-count', '4000')
    assert 'must' in refused.stderr, refused.stderr
    expect(home.vz('set', 'cpu-count=many'), 2, 'cpu-count', 'many')
    configuration = json.loads(home.vz('show', '--json').stdout)['configuration']
    assert configuration['cpu-count'] == 1 and configuration['memory-size'] == 900 << 20, configuration
    expect(home.vz('set', 'cpu-count=2', 'memory-size=1G'), 0)
    listed = json.loads(expect(home.vz('list', '--json'), 0).stdout)
    assert listed['bundle'] == home.join('VM.bundle') and 'configuration' not in listed, listed
    expect(home.vz('check'), 0)


def share_several(configuration):
    """Adds two folders below one of the guest's."""
    with open(configuration) as file:
        machine = json.load(file)
    folders = [{'type': 'VzNamedSharedDirectory', 'name': name,
                'directory': {'type': 'VzSharedDirectory', 'path': path, 'read-only': read_only}}
               for name, path, read_only in (('my files', SHARED, False), ('docs', SHARED_READ_ONLY, True))]
    machine['directory-sharing-devices'] = [
        {'type': 'VzVirtioFileSystemDeviceConfiguration', 'tag': 'all',
         'share': {'type': 'VzMultipleDirectoryShare', 'directories': folders}}]
    with open(configuration, 'w') as file:
        json.dump(machine, file)


def runs_detached():
    configuration = home.join('VM.bundle', 'Configuration.json')
    os.mkdir(SHARED)
    os.mkdir(SHARED_READ_ONLY)
    with open(os.path.join(SHARED_READ_ONLY, 'text'), 'w') as file:
        file.write('read me')
    shutil.copy(configuration, home.join('before.json'))
    share_several(configuration)
    expect(home.vz('run', '--detach', '--publish', '0:80', '--wait', 'ssh', '--share', f'{SHARED}:both', '--share',
                   f'{SHARED_READ_ONLY}:docs:ro', timeout=BOOT), 0, 'vz console', '/mnt/both', '/mnt/docs',
           '/mnt/all/my files', '/mnt/all/docs')
    os.replace(home.join('before.json'), configuration)  # the next run can be saved again
    assert json.loads(home.vz('show', '--json').stdout)['state'] == 'running'
    assert len(home.processes()) == 1
    expect(home.vz('run'), 6, 'process')
    expect(home.vz('set', 'cpu-count=1'), 6, 'in use')
    expect(home.vz('delete', '--force', home.join('VM.bundle')), 6)


def guest_is_as_configured():
    shown = json.loads(home.vz('show', '--json').stdout)
    assert ask(home, 'cat /sys/class/dmi/id/product_uuid').lower() == shown['uuid'].lower()
    address = shown['configuration']['network-devices'][0]['mac-address']
    assert address in ask(home, 'cat /sys/class/net/e*/address')
    assert int(ask(home, 'df -B1 --output=size / | tail -n 1')) > 120 * 10**9, 'the root file system does not fill the disk'
    assert ask(home, 'nproc') == '2'
    assert 'tester' in ask(home, 'id -nG tester && sudo -l -U tester')
    assert 'keyboard' in ask(home, 'cat /proc/bus/input/devices').lower()
    assert ask(home, 'ls /dev/dri/card0') == '/dev/dri/card0'
    assert ask(home, 'ls /dev/input/by-id') != ''


def shares_folders():
    """Both ways, at once, with all kinds of bytes; and a read-only one."""
    data = os.urandom(3 << 20)
    with open(os.path.join(SHARED, 'from host'), 'wb') as file:
        file.write(data)
    script = 'cd /mnt/both && cp "from host" copy && mkdir d && mv copy d/moved && sync'
    expect(home.vz('exec', '--', 'runuser', '-u', 'tester', '--', 'sh', '-c', script), 0)
    with open(os.path.join(SHARED, 'd', 'moved'), 'rb') as file:
        assert file.read() == data
    assert os.stat(os.path.join(SHARED, 'd', 'moved')).st_uid == os.getuid(), 'the owner of the folder is not the user of the guest'
    os.unlink(os.path.join(SHARED, 'd', 'moved'))
    expect(home.vz('exec', '--', 'sh', '-c', 'ls /mnt/both/d; rmdir /mnt/both/d'), 0)
    assert os.listdir(SHARED) == ['from host']
    assert expect(home.vz('exec', '--', 'cat', '/mnt/docs/text'), 0).stdout == 'read me'
    assert expect(home.vz('exec', '--', 'ls', '/mnt/all'), 0).stdout == 'docs\nmy files\n'
    assert expect(home.vz('exec', '--', 'ls', '/mnt/all/my files'), 0).stdout == 'from host\n'
    expect(home.vz('exec', '--', 'sh', '-c', 'cat /mnt/all/docs/text && touch /mnt/all/docs/new'), 1, 'read me', 'Read-only')
    expect(home.vz('exec', '--', 'touch', '/mnt/docs/new'), 1, 'Read-only')
    # A guest's root can remount it; it is QEMU that must not write.
    expect(home.vz('exec', '--', 'sh', '-c', 'mount -o remount,rw /mnt/docs; touch /mnt/docs/new; rm /mnt/docs/text'), 1,
           'Read-only')
    assert os.listdir(SHARED_READ_ONLY) == ['text']
    expect(home.vz('save'), 1, 'directory-sharing-devices[0]', 'cannot be saved')
    assert json.loads(home.vz('show', '--json').stdout)['state'] == 'running'
    assert not os.path.exists(home.join('VM.bundle', 'SaveFile.vzvmsave'))


def killed_commands_harm_nothing():
    for arguments in (['console'], ['exec', '--', 'sleep', '60'], ['stop', '--no-force', '--timeout', '0']):
        process = home.start(*arguments)
        time.sleep(1)
        process.kill()
        process.communicate(timeout=20)
        if arguments[0] == 'stop':
            break
        assert len(home.processes()) == 1, f'{arguments[0]} took the machine along'


def stops():
    result = home.vz('stop', '--timeout', str(BOOT), timeout=BOOT + 20)
    if 'not running' not in result.stderr:  # the previous test may have asked already
        expect(result, 0, 'shut down')
    eventually('QEMU ends', 60, lambda: not home.processes())
    expect(home.vz('stop'), 1, 'not running')
    expect(home.vz('exec', '--', 'true'), 1, 'not running')
    expect(home.vz('check'), 0, 'no problems')


def deletes():
    expect(home.vz('delete', home.join('VM.bundle')), 2, '--force')
    expect(home.vz('delete', '--force', home.join('VM.bundle')), 0)
    assert not os.path.exists(home.join('VM.bundle'))
    assert home.vz('list', '--json').stdout == ''


try:
    main([installs, shows_and_sets, runs_detached, guest_is_as_configured, shares_folders, killed_commands_harm_nothing,
          stops, deletes])
finally:
    home.close()

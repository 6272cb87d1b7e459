#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A cloud image, made here of Debian's packages: installed by the name of a system, from a server, with its publisher's
signature, and served over SSH, without an agent."""
import contextlib
import fcntl
import json
import os
import subprocess

from publisher import Publisher
from vztest import expect, main

HERE = os.path.dirname(__file__)
CACHE = os.environ['VZ_TEST_CACHE']
BOOT = 1200  # seconds that a guest may take to come up on a slow and busy host
USER_DATA = '#cloud-config\nruncmd:\n  - [ sh, -c, "echo own > /var/own" ]\nusers:\n  - name: second\n'


@contextlib.contextmanager
def locked():
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(CACHE, 'cloud.lock'), 'w', encoding='utf-8') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def cloud_image():
    path = os.path.join(CACHE, 'cloud.raw')
    with locked():
        subprocess.run([os.path.join(HERE, '..', 'disk', 'make-cloud-image'), path], check=True)
    return path


def settings_and_ssh(home):
    with open(home.join('user-data'), 'w', encoding='utf-8') as file:
        file.write(USER_DATA)
    with Publisher(home, cloud_image()) as acme:
        key = acme.make_key('one')
        acme.publish('one')
        acme.describe('Checksums=SUMS', 'Signature=SUMS.gpg', f'SignedBy={key}', f"Key={acme.server.url('one.asc')}",
                      'MinimumMemory=512M', 'MinimumDisk=2G')
        expect(home.vz('install', '--disk', '6G', '--memory', '1G', '--name', 'cloudy', '--user', 'tester', '--cloud-init',
                       home.join('user-data'), 'acme', timeout=BOOT), 0, 'is installed')
    assert not home.processes(), 'QEMU is left'
    assert 'CloudInit.img' not in os.listdir(home.join('VM.bundle'))
    shown = json.loads(home.vz('show', '--json').stdout)
    assert len(shown['configuration']['storage-devices']) == 1, shown
    expect(home.vz('run', '--detach', '--wait', 'ssh', timeout=BOOT), 0)
    said = expect(home.vz('ssh', '--user', 'tester', '--', 'id -un; hostname; sudo -n id -u; cat /var/own; id -u second; '
                          'df -B1 --output=size / | tail -n 1; systemctl is-enabled cloud-init; ls /dev/disk/by-label',
                          timeout=300), 0).stdout.split()
    assert said[:4] == ['tester', 'cloudy', '0', 'own'] and said[4].isdigit(), said
    assert int(said[5]) > 5 << 30 and 'CIDATA' not in said, said
    expect(home.vz('stop', timeout=300), 0)


main([settings_and_ssh])

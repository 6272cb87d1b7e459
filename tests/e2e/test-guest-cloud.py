#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A cloud image, made here from Debian's packages: installed by a system's name, from a server, with its publisher's
signature, and served over SSH, without an agent."""
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time

from publisher import Publisher
from vztest import VZ, expect, main

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
    assert shown['configuration']['platform']['user-name'] == 'tester', shown
    expect(home.vz('run', '--detach', '--wait', 'ssh', timeout=BOOT), 0)
    said = expect(home.vz('ssh', '--', 'id -un; hostname; sudo -n id -u; cat /var/own; id -u second; '
                          'df -B1 --output=size / | tail -n 1; systemctl is-enabled cloud-init; ls /dev/disk/by-label',
                          timeout=300), 0).stdout.split()
    assert said[:4] == ['tester', 'cloudy', '0', 'own'] and said[4].isdigit(), said
    assert int(said[5]) > 5 << 30 and 'CIDATA' not in said, said
    serve_without_agent(home)
    expect(home.vz('stop', timeout=300), 0)


def from_a_restore_image(home):
    """Made from the same disk; the image says how its guest is told its settings."""
    image = home.join('cloud.ipsw')
    with open(home.join('user-data'), 'w', encoding='utf-8') as file:
        file.write(USER_DATA)
    expect(home.vz('image', 'compose', '--from', cloud_image(), '-o', image, timeout=600), 0)
    expect(home.vz('install', '--disk', '6G', '--memory', '1G', '--name', 'cloudy', '--user', 'tester', '--cloud-init',
                   home.join('user-data'), image, timeout=BOOT), 0, 'is installed')
    assert {'CloudInit.img', 'Installation.json'}.isdisjoint(os.listdir(home.join('VM.bundle')))
    shown = json.loads(home.vz('show', '--json').stdout)
    assert shown['configuration']['platform']['user-name'] == 'tester', shown
    expect(home.vz('run', '--detach', '--wait', 'ssh', timeout=BOOT), 0)
    said = expect(home.vz('ssh', '--', 'id -un; hostname; sudo -n id -u; cat /var/own', timeout=300), 0).stdout.split()
    assert said == ['tester', 'cloudy', '0', 'own'], said
    expect(home.vz('stop', timeout=300), 0)


def guest_agent(home):
    return json.loads(home.vz('show', '--json').stdout)['guest-agent']


def serve_without_agent(home):
    """The guest has no qemu-guest-agent; everything that needs one works over SSH."""
    assert guest_agent(home) == 'absent'
    expect(home.vz('exec', '-n', '--', 'sh', '-c', 'exit 7', timeout=300), 7)
    assert guest_agent(home) == 'started-over-ssh'
    expect(home.vz('exec', '-n', '--', 'sh', '-c', 'id -u; echo $HOME; kill -9 $$', timeout=300), 137, '0\n/root')
    streams_are_whole(home)
    expect(home.vz('ip', timeout=300), 0, '10.0.2.15')
    expect(home.vz('resize', '+1G', timeout=300), 0)
    size = expect(home.vz('exec', '-n', '--', 'df', '-B1', '--output=size', '/', timeout=300), 0).stdout.split()[-1]
    assert int(size) > 6 << 30, size
    expect(home.vz('backup', home.join('VM.bundle'), home.join('copy'), timeout=BOOT), 0)
    interrupted(home)
    rebooted(home)


def streams_are_whole(home):
    data = os.urandom(3 << 20)
    with open(home.join('noise'), 'wb') as file:
        file.write(data)
    expect(home.vz('copy', home.join('noise'), ':/root/data', timeout=300), 0)
    with open(home.join('noise'), 'rb') as file:
        passed = subprocess.run([VZ, 'exec', '--', 'sh', '-c', 'cat; cat /root/data >&2'], stdin=file,
                                env=home.environment, capture_output=True, timeout=300, check=True)
    assert (passed.stdout, passed.stderr) == (data, data)


def interrupted(home):
    """The command in the guest ends with the one here."""
    with subprocess.Popen([VZ, 'exec', '-n', '--', 'sh', '-c', 'echo up; exec sleep 987654'],
                          env=home.environment, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b'up\n'
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 130
    expect(home.vz('exec', '-n', '--', 'pgrep', '-f', 'sleep 98765[4]', timeout=300), 1)


def rebooted(home):
    """What was started over SSH is gone after the guest's reboot, and is started again."""
    boot = expect(home.vz('exec', '-n', '--', 'cat', '/proc/sys/kernel/random/boot_id', timeout=300), 0).stdout
    home.vz('exec', '-n', '--', 'systemctl', 'reboot', timeout=300)
    again = boot
    deadline = time.monotonic() + BOOT
    while again == boot and time.monotonic() < deadline:
        again = home.vz('exec', '-n', '--', 'cat', '/proc/sys/kernel/random/boot_id', timeout=300).stdout or boot
    assert again != boot
    assert guest_agent(home) == 'started-over-ssh'


main([settings_and_ssh, from_a_restore_image])

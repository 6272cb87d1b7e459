#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz image compose --from`: a disk image becomes a restore image, and that a machine with the same disk; what is
refused. e2e/test-guest-cloud.py shows that settings reach the guest."""
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(__file__)
sys.path.insert(0, os.path.join(HERE, '..', 'disk'))
import disks  # noqa: E402  pylint: disable=wrong-import-position
from vztest import VZ, eventually, expect, main, needs_little_memory  # noqa: E402  pylint: disable=wrong-import-position

MIB = 1 << 20


def compose(home, disk, name='i.ipsw', *options):
    path = home.join(name)
    if os.path.exists(path):
        os.unlink(path)
    expect(home.vz('image', 'compose', '--from', disk, '-o', path, *options), 0, name)
    return path


def install(home, image, *options, disk='256M'):
    shutil.rmtree(home.join('d.bundle'), ignore_errors=True)
    return home.vz('install', '--bundle', home.join('d.bundle'), '--disk', disk, *options, image)


def digest(path, size=None):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read() if size is None else file.read(size)).hexdigest()


def same_bytes(home):
    """At the disk's own size nothing has to grow, and every byte is the same."""
    raw = disks.make_raw(home.join('a.raw'))
    image = compose(home, raw)
    said = json.loads(home.vz('image', 'inspect', '--json', image).stdout)
    assert said['operating-system'] == 'a' and said['product-version'] == '1' and said['disk-size'] == 48 * MIB, said
    assert said['is-supported'] and [one['size'] for one in said['components']] == [48 * MIB], said
    assert os.stat(image).st_size < MIB, 'holes take room'
    expect(home.vz('image', 'verify', image), 0)
    expect(install(home, image, '--no-settings', disk='48M'), 0, 'is installed')
    disk = home.join('d.bundle', 'Disk.img')
    assert digest(disk) == digest(raw) and os.stat(disk).st_blocks * 512 < 8 * MIB
    expect(home.vz('check', home.join('d.bundle')), 0)
    assert {*os.listdir(home.join('d.bundle'))} - {'.holder'} == {'AuxiliaryStorage', 'Configuration.json', 'Disk.img',
                                                                 'HardwareModel', 'MachineIdentifier'}


def grows(home):
    raw = disks.make_raw(home.join('a.raw'))
    expect(install(home, compose(home, raw), '--no-settings'), 0)
    disk = home.join('d.bundle', 'Disk.img')
    table = json.loads(subprocess.run(['sfdisk', '--json', disk], check=True, stdout=subprocess.PIPE,
                                      env=dict(os.environ, PATH=disks.PATH)).stdout)['partitiontable']
    last = max(table['partitions'], key=lambda one: one['start'])
    assert (last['start'] + last['size']) * 512 >= 254 * MIB, table


def every_format(home):
    """Whatever format the disk comes in, the image is the same except for the system's name, which can be given."""
    raw = disks.make_raw(home.join('a.raw'))
    made = [raw, disks.convert(raw, home.join('a.qcow2'), 'qcow2', '-c'),
            disks.convert(raw, home.join('stream.vmdk'), 'vmdk', '-o', 'subformat=streamOptimized'),
            disks.convert(raw, home.join('a.vdi'), 'vdi')]
    for path in raw, made[1]:
        subprocess.run(['xz', '-1', '-k', path], check=True)
        made.append(path + '.xz')
    digests = {digest(compose(home, path, 'i.ipsw', '--name', 'Acme OS', '--release', '7.1')) for path in made}
    assert len(digests) == 1, digests
    expect(home.vz('image', 'inspect', home.join('i.ipsw')), 0, 'Acme OS 7.1')
    cache = home.join('cache', 'vz', 'tmp')
    assert not os.path.isdir(cache) or os.listdir(cache) == [], os.listdir(cache)


def named_after_the_file(home):
    raw = disks.make_raw(home.join('a.raw'))
    os.rename(raw, home.join('acme.7.img'))
    done = subprocess.run([VZ, 'image', 'compose', '--from', 'acme.7.img'], env=home.environment, cwd=home.path,
                          capture_output=True, text=True, timeout=120)
    expect(done, 0, 'acme.7.ipsw')
    assert os.path.exists(home.join('acme.7.ipsw'))


def refused(home, code, texts, *options):
    expect(home.vz('image', 'compose', '-o', home.join('x.ipsw'), *options), code, *texts)
    assert not os.path.exists(home.join('x.ipsw'))


def refusals(home):
    raw = disks.make_raw(home.join('a.raw'))
    none = disks.make_raw(home.join('none.raw'), loader=None)
    bios = disks.make_raw(home.join('bios.raw'), esp=False)
    other = disks.make_raw(home.join('other.raw'), loader='BOOTRISCV64.EFI')
    backed = home.join('b.qcow2')
    disks.run('qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', raw, backed)
    refused(home, 5, ['nowhere.qcow2'], '--from', home.join('nowhere.qcow2'))
    for path, text in (none, 'EFI'), (bios, 'EFI'), (other, 'riscv64'):
        refused(home, 3, [os.path.basename(path), text], '--from', path)
    refused(home, 4, ['b.qcow2', 'backing'], '--from', backed)
    with open(home.join('text.img'), 'w', encoding='ascii') as file:
        file.write('text')
    refused(home, 4, ['text.img'], '--from', home.join('text.img'))
    refused(home, 2, ['--packages', 'cannot be combined with --from'], '--from', raw, '--packages', 'vim')
    refused(home, 2, ['--desktop', 'cannot be combined with --from'], '--from', raw, '--desktop')
    refused(home, 2, ['--architecture', '--from'], '--from', raw, '--architecture', 'aarch64')
    refused(home, 2, ['--name', 'only for --from'], '--name', 'x')
    image = compose(home, raw)
    expect(install(home, image, '--no-settings', disk='32M'), 4, '--disk', '32M')
    expect(install(home, image, '--sha256', '0' * 64), 2, '--sha256', 'is for disk images')
    expect(install(home, image, '--cloud-init', home.join('nowhere')), 5, '--cloud-init', 'nowhere')
    assert not os.path.exists(home.join('d.bundle'))


def interrupted(home):
    raw = disks.make_raw(home.join('a.raw'), size=4 << 30)
    with open(raw, 'r+b') as file:
        file.seek(64 * MIB)
        for _ in range(200):
            file.write(os.urandom(MIB))
    before = set(os.listdir(home.path))
    for number in (signal.SIGINT, signal.SIGKILL):
        shutil.rmtree(home.join('cache'), ignore_errors=True)
        process = home.start('image', 'compose', '--from', raw, '-o', home.join('x.ipsw'))
        eventually('it is under way', 60, lambda: os.path.isdir(home.join('cache', 'vz', 'tmp')))
        process.send_signal(number)
        process.communicate(timeout=60)
        assert process.returncode == (130 if number == signal.SIGINT else -number), process.returncode
        left = {name for name in os.listdir(home.path) if 'x.ipsw' in name} - before
        assert not left and os.listdir(home.join('cache', 'vz', 'tmp')) == [], left


def little_memory(home):
    raw = disks.make_raw(home.join('a.raw'), size=1 << 30)
    with open(raw, 'r+b') as file:
        file.seek(64 * MIB)
        for _ in range(300):
            file.write(os.urandom(MIB))
    needs_little_memory(home, 'image', 'compose', '--from', raw, '-o', home.join('x.ipsw'))


main([same_bytes, grows, every_format, named_after_the_file, refusals, interrupted, little_memory])

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz export`: each format holds the disk and comes back through `vz install`; what is refused; what an interruption
leaves behind."""
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'disk'))
import disks  # noqa: E402  pylint: disable=wrong-import-position
from vztest import VZ, expect, main, mounter  # noqa: E402  pylint: disable=wrong-import-position

MIB = 1 << 20


def machine(home, data=0):
    raw = disks.make_raw(home.join('a.raw'), size=(48 + data) * MIB)
    with open(raw, 'r+b') as file:
        file.seek(16 * MIB)
        for _ in range(data):
            file.write(os.urandom(MIB))
    expect(home.vz('install', '--no-settings', '--bundle', home.join('a.bundle'), '--disk', '1G', raw), 0)
    return home.join('a.bundle')


def same(bundle, path, kind):
    subprocess.run(['qemu-img', 'compare', '-q', '-f', 'raw', '-F', kind, os.path.join(bundle, 'Disk.img'), path], check=True)


def every_format(home):
    bundle = machine(home)
    for end, kind in (('qcow2', 'qcow2'), ('raw', 'raw'), ('img', 'raw'), ('vmdk', 'vmdk')):
        path = home.join(f'x.{end}')
        assert expect(home.vz('export', bundle, path), 0).stdout == path + '\n'
        same(bundle, path, kind)
        assert os.stat(path).st_mode & 0o777 == 0o600 and os.stat(path).st_blocks * 512 < 16 * MIB
    expect(home.vz('export', bundle, home.join('x.ova')), 0)
    for path in (home.join('x.qcow2'), home.join('x.vmdk'), home.join('x.ova')):
        expect(home.vz('install', '--no-settings', '--bundle', home.join('back.bundle'), '--disk', '1G', path), 0)
        same(bundle, home.join('back.bundle', 'Disk.img'), 'raw')
        shutil.rmtree(home.join('back.bundle'))
    assert not [name for name in os.listdir(home.path) if 'vz-export' in name], os.listdir(home.path)


def descriptions(home):
    bundle = machine(home)
    path = home.join("it's & <a>.qcow2")
    expect(home.vz('export', '--libvirt', bundle, path), 0)
    domain = xml.etree.ElementTree.parse(path + '.xml').getroot()
    assert domain.find('name').text == "it's & <a>" and domain.find('os').get('firmware') == 'efi'
    assert domain.find('devices/disk/source').get('file') == path
    assert domain.find('memory').text == str(4 << 30) and domain.find('devices/interface/mac').get('address')
    expect(home.vz('export', bundle, home.join('a&b.ova')), 0)
    subprocess.run(['tar', '-xf', home.join('a&b.ova'), '-C', home.path], check=True)
    envelope = xml.etree.ElementTree.parse(home.join('a&b.ovf')).getroot()
    files = [element for element in envelope.iter() if element.tag.endswith('}File')]
    assert [next(v for k, v in one.items() if k.endswith('href')) for one in files] == ['a&b.vmdk']
    assert str(os.stat(home.join('a&b.vmdk')).st_size) in files[0].attrib.values()
    same(bundle, home.join('a&b.vmdk'), 'vmdk')


def refusals(home):
    bundle = machine(home)
    for code, text, *arguments in (
            (2, 'must end with .qcow2', bundle, home.join('x.foo')),
            (2, 'libvirt cannot use', '--libvirt', bundle, home.join('x.ova')),
            (5, 'nowhere', bundle, home.join('nowhere', 'x.raw')),
            (5, 'no.bundle', home.join('no.bundle'), home.join('x.raw'))):
        before = home.files()
        expect(home.vz('export', *arguments), code, text)
        assert home.files() == before, home.files() - before
    for path in (home.join('there.raw'), home.join('other.raw.xml')):
        with open(path, 'wb'):
            pass
    expect(home.vz('export', bundle, home.join('there.raw')), 1, 'already exists')
    expect(home.vz('export', '--libvirt', bundle, home.join('other.raw')), 1, 'already exists')


def interrupted(home):
    bundle = machine(home, data=300)
    path, folder = home.join('x.qcow2'), home.join('.x.qcow2.vz-export')
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        for _ in range(10):
            process = home.start('export', bundle, path)
            while not os.path.exists(folder) and process.poll() is None:
                time.sleep(0.002)  # the whole run may take a fifth of a second
            process.send_signal(number)
            if process.wait(60) != 0:
                break
            same(bundle, path, 'qcow2')  # the signal came too late, and everything is there
            os.unlink(path)
        assert process.returncode == (130 if number != signal.SIGKILL else -9), process.stderr.read()
        assert not os.path.exists(path) and os.path.exists(folder) == (number == signal.SIGKILL)
    expect(home.vz('export', bundle, path), 0)
    same(bundle, path, 'qcow2')
    assert not os.path.exists(folder)


def full_disk(home):
    """There was room when it began. Of the formats, only this one takes long enough for another process to fill the
    disk."""
    bundle = machine(home, data=64)
    place = home.join('small')
    os.mkdir(place)
    script = '''mount -t tmpfs -o size=200M none "$1" || exit 99
        (until ls "$1"/.*.vz-export/* >/dev/null 2>&1; do :; done; exec head -c 1000M /dev/zero >"$1/other" 2>/dev/null) &
        "$VZ" export "$2" "$1/x.ova" || echo "export $?"; wait; ls -A "$1"'''
    done = subprocess.run([*mounter(), 'sh', '-c', script, 'sh', place, bundle], env=dict(home.environment, VZ=VZ),
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == 'export 3\nother\n' and 'is full' in done.stderr, done


main([every_format, descriptions, refusals, interrupted, full_disk])

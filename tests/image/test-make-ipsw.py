#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The maker of test images is held against others: zipfile, unzip, plistlib, hashlib, zstd."""
import hashlib
import os
import plistlib
import subprocess
import zipfile

from images import MAKER, make, unzip
from vztest import main


def digests_by_hand(archive, component):
    """What the facts say: the payload alone of a complete image, the type replaced where the manifest says so."""
    data = archive.read(component['Info']['Path'])
    if data[4:12] == b'\x16\x04IMG4\x30\x82':
        data = data[10:14 + int.from_bytes(data[12:14], 'big')]
    kind = component['Info'].get('Img4PayloadType')
    if kind and b'\x16\x04IM4P\x16\x04' in data[:20]:
        place = data.index(b'\x16\x04IM4P\x16\x04') + 8
        data = data[:place] + kind.encode() + data[place + 4:]
    return [hashlib.new(name, data).digest() for name in ('sha384', 'sha256')]


def small_macos_image(home):
    path = home.join('a.ipsw')
    said = make(path, '--junk', '--members', '200')
    unzip('-tq', path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        manifest = plistlib.loads(archive.read('BuildManifest.plist'))
        checked = 0
        for identity in manifest['BuildIdentities']:
            for component in identity['Manifest'].values():
                if 'Digest' in component and 'Path' in component['Info']:
                    assert component['Digest'] in digests_by_hand(archive, component), component
                    checked += 1
    assert len(names) >= 200 and any(name.startswith('__MACOSX/') for name in names)
    assert names == [one['name'] for one in said['members']]
    assert checked > 250, checked
    assert {one['Info']['DeviceClass'] for one in manifest['BuildIdentities']} == {'j274ap', 'j293ap', 'vma2macosap'}
    with open(path, 'rb') as file:
        for one in said['members']:
            file.seek(one['offset'])
            assert len(file.read(one['packed-size'])) == one['packed-size']


def twenty_gigabytes_at_once(home):
    for options in (['--os', 'macos', '--other-digest'], ['--os', 'linux', '--descriptors', '--zip64']):
        path = home.join('a.ipsw')
        said = make(path, '--size', '20G', '--members', '3000', *options)
        status = os.stat(path)
        assert status.st_size >= 20 << 30 and status.st_blocks * 512 < 64 << 20, status
        with zipfile.ZipFile(path) as archive:
            listed = [(one.filename, one.file_size, one.CRC) for one in archive.infolist()]
        assert listed == [(one['name'], one['size'], one['crc']) for one in said['members']]
        assert unzip('-Z1', path).splitlines() == [one['name'] for one in said['members']]


def checksum_of_a_hole(home):
    """unzip reads all of it, which takes its time: so not 20 GB."""
    path = home.join('a.ipsw')
    make(path, '--os', 'linux', '--size', '200M')
    assert 'Extras/payload.bin' in unzip('-t', path)


def linux_chunks(home):
    path = home.join('a.ipsw')
    make(path, '--os', 'linux', '--size', '24M', '--dense', '--devices', '1')
    with zipfile.ZipFile(path) as archive:
        manifest = plistlib.loads(archive.read('BuildManifest.plist'))
        root = manifest['BuildIdentities'][0]['Manifest']['RootFileSystem']
        table = root['ChunkDigests']
        assert hashlib.sha256(table).digest() == root['Digest']
        for number in range(len(table) // 32):
            digest = table[32 * number:32 * number + 32]
            name = f"{root['Info']['Path']}/{number:06}.zst"
            if digest == bytes(32):
                assert name not in archive.namelist()
                continue
            data = archive.read(name)
            assert hashlib.sha256(data).digest() == digest
            plain = subprocess.run(['zstd', '-dc'], input=data, check=True, stdout=subprocess.PIPE).stdout
            assert len(plain) == root['Info']['ChunkSize']


def faults_are_real(home):
    path = home.join('a.ipsw')
    for fault in ('byte:Restore.plist', 'byte:044-87893-111.dmg', 'crc:SystemVersion.plist', 'encrypted:Restore.plist',
                  'method:Restore.plist'):
        make(path, '--fault', fault)
        assert subprocess.run(['unzip', '-tqP', 'x', path], capture_output=True, timeout=60).returncode != 0, fault
    make(path, '--fault', 'missing:Restore.plist')
    assert 'Restore.plist' not in unzip('-Z1', path).splitlines()
    result = subprocess.run([MAKER, path, '--fault', 'byte:Nothing'], capture_output=True, text=True, timeout=60)
    assert result.returncode != 0 and 'Nothing' in result.stderr


main([small_macos_image, twenty_gigabytes_at_once, checksum_of_a_hole, linux_chunks, faults_are_real])

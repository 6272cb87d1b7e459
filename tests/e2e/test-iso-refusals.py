#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz install --iso`: what is refused, before anything is written."""
import hashlib
import json
import os
import subprocess
import sys

HERE = os.path.dirname(__file__)
sys.path[:0] = [os.path.join(HERE, '..', 'server'), os.path.join(HERE, '..', 'disk')]
import disks  # noqa: E402  pylint: disable=wrong-import-position
import isos  # noqa: E402  pylint: disable=wrong-import-position
from vztest import VZ, expect, main, mounter  # noqa: E402  pylint: disable=wrong-import-position
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position

SECTOR = 2048


def install(home, location, *options):
    return home.vz('install', '--bundle', home.join('i.bundle'), '--memory', '512M', '--headless', '--iso', location,
                   *options)


def refused(home, code, texts, location, *options):
    before = home.files()
    result = expect(install(home, location, *options), code, *texts)
    assert home.files() == before and not home.processes(), home.files() - before
    return result


def patch(path, at, data):
    with open(path, 'r+b') as file:
        file.seek(at)
        file.write(data)
    return path


def boot_catalog(path):
    """Where it is."""
    with open(path, 'rb') as file:
        for sector in range(16, 32):
            file.seek(sector * SECTOR)
            data = file.read(SECTOR)
            if data[0] == 0 and b'EL TORITO' in data:
                return int.from_bytes(data[71:75], 'little') * SECTOR
    raise AssertionError('no boot catalog')


def no_cd(home):
    path = home.join('text.iso')
    with open(path, 'w') as file:
        file.write('no CD\n' * 20000)
    refused(home, 4, [path, 'this is not a CD image (ISO 9660)'], path)
    open(home.join('empty.iso'), 'w').close()
    refused(home, 4, ['this is not a CD image (ISO 9660)'], home.join('empty.iso'))
    refused(home, 4, ['this is not a CD image (ISO 9660)'], disks.make_raw(home.join('a.raw')))
    refused(home, 5, ['No such file'], home.join('none.iso'))
    refused(home, 4, ['is not a regular file'], home.path)
    os.mkfifo(home.join('pipe'))
    refused(home, 4, ['is not a regular file'], home.join('pipe'))


def truncated(home):
    path = isos.make(home.join('a.iso'))
    size = os.stat(path).st_size
    for length in (size - SECTOR * 200, size // 2, 17 * SECTOR):
        os.truncate(path, length)
        refused(home, 4, ['the file is truncated', f'the file {length}'], path)
    os.truncate(path, 16 * SECTOR + 100)
    refused(home, 4, ['not a CD image'], path)


def damaged(home):
    path = isos.make(home.join('a.iso'))
    at = boot_catalog(path)
    refused(home, 4, ['boot catalog (El Torito) is damaged'], patch(path, at + 30, b'\0\0'))
    patch(path, at + 30, b'\x55\xaa')
    patch(path, at + 40, b'\xff\xff\xff\x7f')
    refused(home, 4, ['its boot loader lies beyond its end'], path)
    patch(path, at + 40, bytes(4))
    refused(home, 3, ['no boot'], path)


def nothing_to_start(home):
    refused(home, 3, ['only with a legacy BIOS', 'no EFI boot entry'],
            isos.make(home.join('bios.iso'), bios=True, efi=False))
    refused(home, 3, ['it is not bootable'], isos.make(home.join('data.iso'), efi=False))
    refused(home, 3, ['no boot loader where the firmware looks'], isos.make(home.join('bare.iso'), loader=None))


def other_architecture(home):
    refused(home, 3, ['is for riscv64'], isos.make(home.join('r.iso'), loader='BOOTRISCV64.EFI'))
    refused(home, 3, ['is for i386'], isos.make(home.join('i.iso'), loader='BOOTIA32.EFI'))


def verification(home):
    os.mkdir(home.join('www'))
    path = isos.make(home.join('www', 'a.iso'))
    with open(path, 'rb') as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    expect(install(home, path, '--sha256', 'ab' * 32), 4, 'differs from what was expected')
    with open(home.join('SHA256SUMS'), 'w') as file:
        file.write(f'{"cd" * 32}  a.iso\n')
    refused(home, 4, ['differs from what was expected'], path, '--checksums', home.join('SHA256SUMS'))
    assert not [name for name in os.listdir(home.path) if 'bundle' in name]
    with Server(home.join('www')) as server:
        url = server.url('a.iso')
        refused(home, 2, ['there is no digest to verify this file with', '--sha256', '--allow-unverified'], url)
        assert not server.requests
        expect(install(home, url, '--sha256', 'ab' * 32), 4, 'differs from what was expected')
        assert not os.path.exists(home.join('i.bundle'))
    plan = json.loads(expect(home.vz('install', '--dry-run', '--json', '--bundle', home.join('i.bundle'), '--iso', path,
                                     '--sha256', digest), 0).stdout)
    assert (plan['url'], plan['verified-by'], plan['disk-size']) == (path, 'digest', 128 << 30), plan


def options(home):
    path = isos.make(home.join('a.iso'))
    refused(home, 2, ['--iso: cannot be combined with an image'], path, 'debian')
    for option in (['--cloud-init', path], ['--no-settings'], ['--keep-image'], ['--user', 'anna'], ['--name', 'a'],
                   ['--ssh-key', path]):
        refused(home, 2, [f'{option[0]}: cannot be combined with --iso'], path, *option)
    for option in (['--cloud-init', path], ['--no-settings'], ['--keep-image']):
        refused(home, 2, [f'{option[0]}: cannot be combined with --iso'], path, '--unattended', *option)
    refused(home, 2, ['--display and --headless exclude each other'], path, '--display', 'web')
    expect(home.vz('install', '--display', 'web', '--bundle', home.join('i.bundle')), 2, '--display: is for --iso')
    expect(home.vz('install', '--headless', '--bundle', home.join('i.bundle')), 2, '--headless: is for --iso')
    expect(home.vz('install', '--iso', path, '--display', 'tv', '--bundle', home.join('i.bundle')), 2, "'tv' found")
    expect(home.vz('install', '--bundle', home.join('i.bundle'), path), 4, "'vz install --iso' starts it")
    os.mkdir(home.join('i.bundle'))
    refused(home, 1, ['already exists'], path)


def unattended(home):
    """What no script can handle, and what does not go with one."""
    path = isos.make(home.join('a.iso'), name='A TEST')
    key = home.join('key.pub')
    with open(key, 'w') as file:
        file.write('ssh-ed25519 AAAA it\'s none\n')
    refused(home, 3, ["osinfo-db does not know the CD 'A TEST'", 'debian, fedora, ', 'rocky'], path, '--unattended')
    live = isos.make(home.join('live.iso'), name='Ubuntu-Server 22.04.1 LTS amd64')
    refused(home, 3, ['Ubuntu 22.04 LTS', 'live CD'], live, '--unattended')
    debian = isos.make(home.join('debian.iso'), name=isos.DEBIAN)
    refused(home, 2, ['--name: ', "'a b' found"], debian, '--unattended', '--name', 'a b')
    refused(home, 2, ['--name: ', 'found'], debian, '--unattended', '--name', 'a\nd-i x/y string z')
    refused(home, 2, ['--user: ', "'Anna!' found"], debian, '--unattended', '--user', 'Anna!')
    refused(home, 2, ['--ssh-key: ', 'line 1'], debian, '--unattended', '--ssh-key', key)
    refused(home, 5, ['--script: ', 'No such file'], debian, '--unattended', '--script', home.join('none'))
    with open(home.join('binary'), 'wb') as file:
        file.write(b'd-i \xff\n')
    refused(home, 2, ['--script: ', 'not text in UTF-8'], debian, '--unattended', '--script', home.join('binary'))
    refused(home, 2, ['--script: is for --unattended'], debian, '--script', key)
    expect(home.vz('install', '--unattended', '--bundle', home.join('i.bundle')), 2, '--unattended: is for --iso')
    plan = json.loads(expect(home.vz('install', '--dry-run', '--json', '--bundle', home.join('i.bundle'), '--unattended',
                                     '--iso', debian), 0).stdout)
    assert plan['unattended'].startswith('Debian 12'), plan


def no_space(home):
    path = isos.make(home.join('a.iso'))
    os.mkdir(home.join('small'))
    command = (f'mount -t tmpfs -o size=100M none {home.join("small")} && exec {VZ} install --headless --memory 512M '
               f'--bundle {home.join("small", "i.bundle")} --iso {path}')
    result = subprocess.run([*mounter(), 'sh', '-c', command], env=home.environment, capture_output=True, text=True,
                            timeout=120)
    expect(result, 3, 'are needed', 'free some')


main([no_cd, truncated, damaged, nothing_to_start, other_architecture, verification, options, unattended, no_space])

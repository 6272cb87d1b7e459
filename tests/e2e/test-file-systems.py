#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The commands that write files where calls are missing: with a library that makes them fail, and on bindfs, vfat and
exfat where this user may mount them. Destinations that cannot do are refused before the work."""
import os
import shutil
import subprocess
import time

from vztest import CHUNK, MIB, SANITIZED, Skip, expect, main, small_image
from machinefiles import bundle, configure, content

CALLS = ('renameat2', 'linkat', 'fallocate', 'copy_file_range', 'fchmod', 'fsync', 'SEEK_DATA', 'O_TMPFILE', 'syncfs')
ERRORS = ('EINVAL', 'ENOSYS', 'EOPNOTSUPP', 'EPERM')


def use_all(home, place, path, image):
    """Each command once with @place as its destination; what comes out is looked at."""
    backup, restored, clone = (os.path.join(place, name) for name in ('vm.backup', 'again.bundle', 'clone.bundle'))
    expect(home.vz('backup', path, backup), 0)
    expect(home.vz('image', 'verify', backup), 0)
    expect(home.vz('restore-backup', backup, restored), 0)
    expect(home.vz('clone', path, clone), 0)
    for made in (restored, clone):
        for name in ('Disk.img', 'AuxiliaryStorage'):
            assert content(made, name) == content(path, name), (made, name)
    expect(home.vz('set', clone, 'cpu-count=2'), 0)
    expect(home.vz('resize', clone, '+16M'), 0)
    expect(home.vz('show', clone), 0, 'cpu-count: 2')
    expect(home.vz('image', 'extract', '-d', os.path.join(place, 'out'), image, 'RootFileSystem'), 0)
    assert os.path.getsize(os.path.join(place, 'out', 'RootFileSystem.img')) == 3 * CHUNK
    expect(home.vz('image', 'fetch', '-o', os.path.join(place, 'copy.ipsw'), image), 0)
    with open(image, 'rb') as one, open(os.path.join(place, 'copy.ipsw'), 'rb') as other:
        assert one.read() == other.read()
    expect(home.vz('backup', path, backup), 1, 'exists')
    assert sorted(os.listdir(place)) == ['again.bundle', 'clone.bundle', 'copy.ipsw', 'out', 'vm.backup']


def each_call_missing(home):
    if SANITIZED:
        raise Skip('a sanitizer wants to be the first library')
    path = configure(bundle(home, size=64 * MIB))
    image = small_image(home.join('a.ipsw'))
    home.environment['LD_PRELOAD'] = os.environ['VZ_TEST_LACKING']
    rows = [f'{call}={error}' for call in CALLS for error in ERRORS[2:3]]
    rows += [','.join(f'{call}={error}' for call in CALLS) for error in ERRORS]
    for number, row in enumerate(rows):
        home.environment['VZ_LACKING'] = row
        place = home.join(f'place{number}')
        os.mkdir(place)
        try:
            use_all(home, place, path, image)
        except AssertionError as error:
            raise AssertionError(f'without {row}: {error}') from error
        shutil.rmtree(place)


class Mount:
    """A file system of its own below @home, gone at the end."""

    def __init__(self, home, name):
        self.place, self.loop = home.join(name), None
        os.mkdir(self.place)

    def run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Skip(f'{command[0]}: {done.stderr.strip() or done.returncode}')
        return done.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for _ in range(50):
            if subprocess.run(['umount', self.place], capture_output=True).returncode == 0 or \
                    subprocess.run(['fusermount', '-u', self.place], capture_output=True).returncode == 0:
                break
            time.sleep(0.2)
        if self.loop:
            subprocess.run(['losetup', '--detach', self.loop], check=False)


def need(*programs):
    for program in programs:
        if not shutil.which(program, path=os.environ['PATH'] + ':/usr/sbin:/sbin'):
            raise Skip(f'{program} is not installed')


def formatted(home, kind, size, *options):
    need(f'mkfs.{kind}')
    if os.geteuid() != 0:
        raise Skip('only root may mount a file system')
    file = home.join(f'{kind}.img')
    with open(file, 'wb') as disk:
        disk.truncate(size)
    mount = Mount(home, kind)
    mount.run(shutil.which(f'mkfs.{kind}', path=os.environ['PATH'] + ':/usr/sbin:/sbin'), *options, file)
    if subprocess.run(['mount', '-t', kind, '-o', 'loop', file, mount.place], capture_output=True).returncode:
        # A kernel without it: FUSE has a good one for exfat.
        if kind != 'exfat':
            raise Skip(f'the kernel has no {kind}')
        need('mount.exfat-fuse')
        mount.loop = mount.run('losetup', '--find', '--show', file).strip()
        mount.run('mount.exfat-fuse', mount.loop, mount.place)
    return mount


def on_bindfs(home):
    need('bindfs')
    path = configure(bundle(home))
    image = small_image(home.join('a.ipsw'))
    mount = Mount(home, 'there')
    os.mkdir(home.join('behind'))
    mount.run('bindfs', home.join('behind'), mount.place)
    with mount:
        use_all(home, mount.place, path, image)
        # A clone of what is there: its holes are not told, and count for nothing all the same.
        expect(home.vz('clone', os.path.join(mount.place, 'clone.bundle'), os.path.join(mount.place, 'second.bundle')), 0)
        assert os.stat(home.join('behind', 'second.bundle', 'Disk.img')).st_blocks * 512 < 16 * MIB


def dos_files(home, kind, size):
    path = configure(bundle(home, size=64 * MIB))
    image = small_image(home.join('a.ipsw'))
    with formatted(home, kind, size) as mount:
        use_all(home, mount.place, path, image)
        before = sorted(os.listdir(mount.place))
        expect(home.vz('backup', path, os.path.join(mount.place, 'a:b?')), 2, mount.place, 'another name')
        expect(home.vz('install', '--bundle', os.path.join(mount.place, 'x.bundle'), 'no-such-image'), 3, mount.place)
        big = bundle(home, name='big.bundle', size=5 << 30)
        expect(home.vz('clone', big, os.path.join(mount.place, 'big.bundle')), 3, mount.place)
        assert sorted(os.listdir(mount.place)) == before


def on_vfat(home):
    dos_files(home, 'vfat', 400 * MIB)


def on_exfat(home):
    dos_files(home, 'exfat', 400 * MIB)


def a_full_or_read_only_disk_is_seen_first(home):
    path = bundle(home, data=20 * MIB)
    backup = home.join('vm.backup')
    expect(home.vz('backup', path, backup), 0)
    if os.geteuid() != 0:
        raise Skip('only root may mount a file system')
    mount = Mount(home, 'small')
    mount.run('mount', '-t', 'tmpfs', '-o', 'size=8m', 'small', mount.place)
    with mount:
        for command in (('restore-backup', backup), ('clone', path)):
            expect(home.vz(*command, os.path.join(mount.place, 'x.bundle')), 3, mount.place, 'tmpfs', 'MiB')
        assert os.listdir(mount.place) == []
        mount.run('mount', '-o', 'remount,ro', mount.place)
        for command in (('backup', path), ('restore-backup', backup), ('clone', path), ('image', 'fetch', '-o')):
            expect(home.vz(*command, os.path.join(mount.place, 'x')), 1, mount.place, 'read-only')
        expect(home.vz('image', 'extract', '-d', mount.place, 'no-such-image', 'x'), 1, mount.place, 'read-only')
        expect(home.vz('install', '--bundle', os.path.join(mount.place, 'x'), 'no-such-image'), 1, 'read-only')
        expect(home.vz('image', 'compose', '-o', os.path.join(mount.place, 'x')), 1, 'read-only')


def options_come_before_the_image(home):
    for option, value in (('--publish', 'x'), ('--name', '-bad-'), ('--cpus', '0'), ('--disk', '12Q'), ('--user', 'root')):
        expect(home.vz('install', f'{option}={value}', 'no-such-image'), 2, value)
    expect(home.vz('install', '--bundle', home.join('none', 'x'), 'no-such-image'), 5, home.join('none'))
    expect(home.vz('image', 'fetch', '-o', home.join('none', 'x'), 'no-such-image'), 5, home.join('none'))


main([each_call_missing, on_bindfs, on_vfat, on_exfat, a_full_or_read_only_disk_is_seen_first,
      options_come_before_the_image])

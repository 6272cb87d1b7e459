#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The commands that write files when calls are missing: with a library that makes them fail, and on bindfs, vfat and
exfat if this user may mount them. Unsuitable destinations are refused before the work."""
import os
import shutil

from vztest import CHUNK, MIB, Skip, expect, main, small_image
from machinefiles import bundle, configure, content
from mounts import CALLS, NONE_OF_THEM, Mount, bindfs, formatted, take_away


def use_all(home, place, path, image):
    """Each command once with @place as its destination; the results are checked."""
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
    path = configure(bundle(home, size=64 * MIB))
    image = small_image(home.join('a.ipsw'))
    for number, row in enumerate([f'{call}=EOPNOTSUPP' for call in CALLS] + NONE_OF_THEM):
        take_away(home, row)
        place = home.join(f'place{number}')
        os.mkdir(place)
        try:
            use_all(home, place, path, image)
        except AssertionError as error:
            raise AssertionError(f'without {row}: {error}') from error
        shutil.rmtree(place)


def on_bindfs(home):
    path = configure(bundle(home))
    image = small_image(home.join('a.ipsw'))
    with bindfs(home) as mount:
        use_all(home, mount.place, path, image)
        # A clone of what is there: its holes are not reported, and still do not count.
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

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Systems by name: which are listed, and from where; a user's own file; what the user imported into osinfo-db."""
import json
import os

from vztest import ARCHITECTURE, expect, main

OSINFO = """<libosinfo version="0.0.1">
  <os id="http://acme.example/acme/7">
    <short-id>acme7</short-id><name>Acme 7</name><version>7</version><vendor>Acme</vendor>
    <family>linux</family><distro>acme</distro>
    {images}
    <resources arch="all"><minimum><n-cpus>1</n-cpus><ram>805306368</ram><storage>2147483648</storage></minimum></resources>
  </os>
</libosinfo>
"""
IMAGE = '<image arch="{arch}" format="{format}" cloud-init="{init}"><url>http://acme.example/{name}</url></image>'


def configure(home, name, text):
    folder = home.join('config', 'vz', 'systems.d')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
        file.write(text)


def systems(home, note=None):
    result = expect(home.vz('image', 'list', '--systems', '--json'), 0)
    assert (note in result.stderr) if note else (result.stderr == ''), result.stderr
    return {one['system']: one for one in map(json.loads, result.stdout.splitlines())}


def those_that_come_with_vz(home):
    found = systems(home)
    assert len(found) >= 25, found
    for name in ('ubuntu@24.04', 'fedora@41', 'rocky@9', 'almalinux@9', 'opensuse@16.0', 'debian@12'):
        assert found[name]['minimum-memory-size'] and found[name]['minimum-disk-size'], found[name]
        assert found[name]['architecture'] == ARCHITECTURE and found[name]['source'].endswith('.conf'), found[name]
    assert found['fedora@41']['can-check-signature'] and not found['rocky@9']['can-check-signature']
    table = expect(home.vz('image', 'list', '--systems'), 0, 'VERIFIED BY', 'fedora@41', 'signature', 'checksum alone').stdout
    assert len(table.splitlines()) == len(found) + 1
    expect(home.vz('image', 'list', '--systems', '--all'), 2, '--systems')


def image(name, arch=ARCHITECTURE, kind='qcow2', init='true'):
    return IMAGE.format(name=name, arch=arch, format=kind, init=init)


def imported_into_osinfo(home):
    """Newer data than the distribution's; of several images, one that can be installed."""
    folder = home.join('config', 'osinfo', 'os', 'acme.example')
    os.makedirs(folder)
    images = [image('a.iso', kind='iso'), image('containerdisk', kind='containerdisk'), image('bios.qcow2'), image('uefi.qcow2'),
              image('other.qcow2', arch='s390x'), image('none.qcow2', init='false')]
    with open(os.path.join(folder, 'acme-7.xml'), 'w', encoding='utf-8') as file:
        file.write(OSINFO.format(images=''.join(images)))
    one = systems(home)['acme@7']
    assert one['url'] == 'http://acme.example/uefi.qcow2' and one['source'] == 'osinfo-db', one
    assert (one['minimum-memory-size'], one['minimum-disk-size']) == (768 << 20, 2 << 30), one
    assert not one['can-check-signature'] and one['title'] == 'Acme 7', one
    # A file takes precedence.
    configure(home, 'acme.conf', f'[System]\nID=acme\nArchitectures={ARCHITECTURE}\nImage=http://a.example/a.img\n[Release 7]\n')
    assert systems(home)['acme@7']['url'] == 'http://a.example/a.img'


def a_file_of_ones_own(home):
    configure(home, 'fedora.conf', '[System]\nEnabled=false\n')
    configure(home, 'b.conf', '[System]\nID=b\nArchitectures=s390x\nImage=http://a.example/a.img\n')
    configure(home, 'bad.conf', '[System]\nID=c\nIamge=x\n')
    configure(home, '.hidden.conf', 'nonsense')
    found = systems(home, note="bad.conf': [System]: the key 'Iamge' is not known")
    assert 'fedora@44' not in found and 'b' not in found and 'ubuntu@24.04' in found


def what_is_wrong_in_osinfo_hides_nothing_else(home):
    folder = home.join('config', 'osinfo', 'os', 'acme.example')
    os.makedirs(folder)
    whole = set(systems(home))
    with open(os.path.join(folder, 'a.xml'), 'w', encoding='utf-8') as file:
        file.write('<broken')
    assert set(systems(home, note='osinfo-db:')) == whole
    os.unlink(os.path.join(folder, 'a.xml'))
    os.mkfifo(os.path.join(folder, 'pipe.xml'))
    assert set(systems(home, note='pipe.xml')) == whole


def names_that_libosinfo_has(home):
    """Also of systems that one of vz's files describes, and that count as those."""
    for name, expected in (('debian12', 'debian@12'), ('ubuntu24.04', 'ubuntu@24.04'), ('fedora36', 'fedora@36')):
        plan = json.loads(expect(home.vz('install', '--dry-run', '--json', '--allow-unverified', name), 0).stdout)
        assert plan['system'] == expected, plan


def a_title_commands_no_terminal(home):
    configure(home, 'a.conf', f'[System]\nID=evil\nTitle=Evil\x1b]0;x\x07\nArchitectures={ARCHITECTURE}\n'
              'Image=http://a.example/a.img\n')
    assert '\x1b' not in expect(home.vz('image', 'list', '--systems'), 0, 'Evil').stdout


def with_restore_images(home):
    """Both kinds, if nothing says which."""
    catalogs = home.join('config', 'vz', 'catalogs.d')
    os.makedirs(catalogs)
    with open(os.path.join(catalogs, '50-apple.conf'), 'w', encoding='utf-8') as file:
        file.write('[Catalog]\nEnabled=false\n')
    found = [json.loads(line) for line in expect(home.vz('image', 'list', '--json'), 0).stdout.splitlines()]
    assert {'product' in one for one in found} == {'system' in one for one in found} == {True, False}
    expect(home.vz('image', 'list'), 0, 'PRODUCT', 'VERIFIED BY')


if __name__ == '__main__':
    main([those_that_come_with_vz, imported_into_osinfo, a_file_of_ones_own, what_is_wrong_in_osinfo_hides_nothing_else,
          names_that_libosinfo_has, a_title_commands_no_terminal, with_restore_images])

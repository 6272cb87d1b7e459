#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz image inspect`, on files and on images on a server: what it shows, what it costs, what it refuses."""
import base64
import json
import os
import signal
import subprocess
import sys
import time
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'server'))
from vztest import MIB, VZ, expect, in_bounds, main, needs_little_memory  # noqa: E402  pylint: disable=C0413
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position

# The facts' vectors of a hardware model, for images whose oldest host is 12.0.0 and 13.0.0.
MODEL_12 = ('YnBsaXN0MDDTAQIDBAUGXxAZRGF0YVJlcHJlc2VudGF0aW9uVmVyc2lvbl8QD1BsYXRmb3JtVmVyc2lvbl8QEk1pbmltdW1TdXBwb3J0ZWRP'
            'UxQAAAAAAAAAAAAAAAAAAAABEAKjBwgIEAwQAAgPKz1SY2VpawAAAAAAAAEBAAAAAAAAAAkAAAAAAAAAAAAAAAAAAABt')
MODEL_13 = MODEL_12.replace('EAwQ', 'EA0Q')


def make(home, name='i.ipsw', *options):
    path = home.join(name)
    subprocess.run([os.environ['VZ_MAKE_IPSW'], path, *options], check=True, timeout=60)
    return path


def inspect(home, *arguments, code=0, texts=()):
    return expect(home.vz('image', 'inspect', *arguments), code, *texts)


def as_json(home, *arguments):
    return json.loads(inspect(home, '--json', *arguments).stdout)


def macos_image(home):
    path = make(home, 'i.ipsw', '--junk', '--devices', '3')
    shown = inspect(home, path, texts=['macOS 15.5 (24F74)', 'supported here: no', 'VirtualMac2,1', '0xFE00', '0x20',
                                       'dmg.aea', 'and 9 that are not for virtual machines'])
    assert 'j274ap' not in shown.stdout
    found = as_json(home, path)
    assert (found['product-version'], found['build-version'], found['operating-system']) == ('15.5', '24F74', 'macOS')
    assert 'VirtualMac2,1' in found['supported-product-types'] and len(found['supported-product-types']) == 4
    assert not found['is-supported'] and found['unsupported-reasons']
    assert all(reason[0].islower() and not reason.endswith('.') for reason in found['unsupported-reasons'])
    assert len(found['requirements']) == 3
    for needs in found['requirements']:
        assert needs['hardware-model'] == MODEL_13 and len(base64.b64decode(MODEL_13)) == 150, needs
        assert needs['device-class'] == 'vma2macosap' and needs['minimum-host-version'] == '13.0.0'
        assert needs['minimum-supported-cpu-count'] == 2 and needs['minimum-supported-memory-size'] == 4096 * MIB
    assert [(one['variant'], one['restore-behavior'], one['chip-id'], one['board-id'], one['product-type'])
            for one in found['build-identities']] == [
        ('Customer Erase Install (IPSW)', 'Erase', 0xFE00, 0x20, 'VirtualMac2,1'),
        ('Customer Upgrade Install (IPSW)', 'Update', 0xFE00, 0x20, 'VirtualMac2,1'),
        ('macOS Customer', 'Erase', 0xFE00, 0x20, 'VirtualMac2,1')]
    assert len(as_json(home, '--all', path)['build-identities']) == 12
    inspect(home, '--all', path, texts=['j274ap'])
    assert as_json(home, make(home, 'old.ipsw', '--host', '12.0.0'))['requirements'][0]['hardware-model'] == MODEL_12


def sizes_are_those_of_unzip(home):
    path = make(home, 'i.ipsw', '--junk', '--zip64', '--size', '20G', '--members', '3000', '--other-digest')
    found = as_json(home, path)
    with zipfile.ZipFile(path) as archive:
        members = {one.filename: one for one in archive.infolist()}
    listed = {}
    for line in subprocess.run(['unzip', '-lqq', path], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        size, _, _, name = line.split(None, 3)
        listed[name] = int(size)
    assert len(members) >= 3000 and found['size'] == os.path.getsize(path) >= 20 << 30
    assert found['unpacked-size'] == sum(size for name, size in listed.items() if not name.startswith('__MACOSX/'))
    assert len(found['components']) > 60
    for component in found['components']:
        if component['path'] is not None:
            assert component['is-present'] and component['size'] == listed[component['path']], component
            assert component['packed-size'] == members[component['path']].compress_size, component
    encodings = {component['path']: component['encoding'] for component in found['components']}
    assert encodings['044-87952-101.dmg.aea'] == 'dmg.aea' and encodings['044-87834-111.dmg'] == 'dmg'
    assert encodings['kernelcache.release.vma2'] is None
    needs_little_memory(home, 'image', 'inspect', path)


def linux_image(home):
    path = make(home, 'i.ipsw', '--os', 'linux', '--devices', '2')
    inspect(home, path, texts=['Debian GNU/Linux', 'supported here: yes', 'q35-x86_64', 'virt-aarch64', 'chunks'])
    found = as_json(home, path)
    assert found['is-supported'] and found['unsupported-reasons'] == [] and found['disk-size'] == 1 << 30
    assert {one['encoding'] for one in found['components']} == {'chunks'}
    with zipfile.ZipFile(path) as archive:
        for one in found['components']:
            packed = sum(member.compress_size for member in archive.infolist()
                         if member.filename.startswith(one['path'] + '/'))
            assert one['is-present'] and one['packed-size'] == packed < one['size'], one


def component_that_is_missing(home):
    path = make(home, 'i.ipsw', '--fault', 'missing:kernelcache.release.vma2')
    found = {one['name']: one for one in as_json(home, path)['components']}
    assert not found['KernelCache']['is-present'] and found['iBoot']['is-present']
    inspect(home, path, texts=['missing'])


def remote_image_costs_little(home):
    make(home, 'i.ipsw', '--size', '15G', '--members', '2000', '--devices', '50', '--other-digest')
    with Server(home.path) as server:
        url = server.url('i.ipsw')
        found = as_json(home, url)
        assert found['url'] == url and found['size'] >= 15 << 30
        assert len(server.requests) <= 6 and server.bytes_sent() <= 2 * MIB, (len(server.requests), server.bytes_sent())
        assert server.connections == 1
        local = as_json(home, home.join('i.ipsw'))
        assert {**found, 'url': ''} == {**local, 'url': ''}
        server.forget()
        inspect(home, server.url('redirect=2', 'i.ipsw'), texts=['macOS 15.5'])
        assert len(server.requests) <= 6 and server.bytes_sent() <= 2 * MIB
        needs_little_memory(home, 'image', 'inspect', url)


def servers_that_will_not_do(home):
    make(home)
    with Server(home.path) as server:
        inspect(home, server.url('no-range', 'i.ipsw'), code=1, texts=['the server does not serve ranges'])
        assert server.bytes_sent() < 2 * MIB
        inspect(home, server.url('status=404', 'i.ipsw'), code=5, texts=['404'])
        inspect(home, server.url('new-etag=1', 'lie=start', 'i.ipsw'), code=1, texts=['were requested'])
        inspect(home, server.url('i.ipsw', 'nothing'), code=5)
        with open(home.join('text'), 'w', encoding='ascii') as file:
            file.write('no image at all')
        inspect(home, server.url('text'), code=4, texts=['not a zip file', 'text'])
    inspect(home, 'http://127.0.0.1:1/i.ipsw', code=1, texts=['connection'])


def server_that_stalls_is_left(home):
    make(home)
    with Server(home.path) as server:
        process = home.start('image', 'inspect', server.url('stall=1000', 'i.ipsw'))
        while not server.requests:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == 130, process.returncode


# What is wrong with the image, and what is reported.
LIES = {
    'members:200000000': '200000000 members found, at most',
    'twice:kernelcache.release.vma2': "two members named 'kernelcache.release.vma2'",
    'overlap:kernelcache.release.vma2': 'overlap',
    'absolute:kernelcache.release.vma2': 'it is absolute',
    'dotdot:kernelcache.release.vma2': 'it leads out of the image',
    'nul:kernelcache.release.vma2': 'it has a NUL byte',
    'latin1:kernelcache.release.vma2': 'it is not UTF-8',
    'size:044-87834-111.dmg': 'two different sizes',
    'missing:BuildManifest.plist': 'no BuildManifest.plist',
    'encrypted:BuildManifest.plist': "'BuildManifest.plist' is encrypted",
    'method:BuildManifest.plist': 'compressed with method 97',
    'size:BuildManifest.plist': 'BuildManifest.plist',
    'shorter:BuildManifest.plist': 'BuildManifest.plist',
    'crc:BuildManifest.plist': 'BuildManifest.plist',
    'byte:BuildManifest.plist': 'BuildManifest.plist',
    'path-out:KernelCache': "must be a relative path without '..'",
}


def lies_are_refused_at_little_cost(home):
    """Each with its reason, with little memory and time."""
    for fault, text in LIES.items():
        path = make(home, 'bad.ipsw', '--fault', fault)
        result = subprocess.run([VZ, 'image', 'inspect', path], env=home.environment, capture_output=True, text=True,
                                timeout=120, preexec_fn=in_bounds)
        expect(result, 4, text, 'bad.ipsw')


def hostile_images_need_little_memory(home):
    """As much as the limits allow: elements in the manifest, members in the directory."""
    for name, members, repeated in (('elements', 0, '<true/>' * 520000), ('texts', 0, '<string>a</string>' * 260000),
                                    ('data', 0, f'<data>{"AAAA" * 8000000}</data>'), ('members', 60000, '')):
        path = home.join(name + '.ipsw')
        with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
            for number in range(members):
                archive.writestr(f'{number:06}' + 'x' * 400, '')
            archive.writestr('BuildManifest.plist', '<?xml version="1.0"?><plist version="1.0"><dict><key>a</key><array>'
                             + repeated + '</array></dict></plist>')
        needs_little_memory(home, 'image', 'inspect', path, code=4)


main([macos_image, sizes_are_those_of_unzip, linux_image, component_that_is_missing, remote_image_costs_little,
      servers_that_will_not_do, server_that_stalls_is_left, lies_are_refused_at_little_cost,
      hostile_images_need_little_memory])

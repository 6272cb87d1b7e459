#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz image extract`: what it writes is held against unzip and zipfile, and on failure nothing may be left."""
import json
import os
import signal
import sys
import zipfile

from images import CRYPTEX_APP, SYSTEM, VM_KERNEL, extract, extract_as_unzip, make, member, patch, tree
from vztest import CHUNK, MIB, eventually, expect, main, needs_little_memory

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'server'))
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position

DISK = b''.join(bytes([seed]) * CHUNK for seed in (2, 0, 3, 4))  # the maker's RootFileSystem
LLB = 'Firmware/all_flash/LLB.vma2.RELEASE.im4p'


def content(home, *parts):
    with open(home.join('out', *parts), 'rb') as file:
        return file.read()


def everything_is_as_unzip_has_it(home):
    """Apple's shape and ours: thousands of members, zip64, junk, several boards; nearly all of it zeros."""
    path = home.join('a.ipsw')
    for options in (['--zip64', '--devices', '5', '--members', '2000', '--size', '200M'],
                    ['--os', 'linux', '--devices', '2', '--descriptors', '--members', '1000', '--size', '100M']):
        make(path, '--junk', *options)
        extract_as_unzip(home, path)


def components(home):
    path = home.join('a.ipsw')
    make(path, '--junk')
    result = home.vz('image', 'extract', path, 'KernelCache', 'RestoreKernelCache', LLB, 'Firmware/all_flash/LLB.vma2.*',
                     '--json', '-d', home.join('out'))
    events = [json.loads(line) for line in expect(result, 0).stdout.splitlines()]
    files = {one['name']: one for one in events if one['event'] == 'file'}
    assert set(files) == {VM_KERNEL, LLB}, files
    assert events[-1] == {'event': 'result', 'directory': home.join('out')}
    assert [one for one in events if one['event'] == 'progress'][-1]['fraction-completed'] == 1
    with zipfile.ZipFile(path) as archive:
        for name, one in files.items():
            assert content(home, name) == archive.read(name) and one['is-verified'], name
            assert one['size'] == archive.getinfo(name).file_size and one['path'] == home.join('out', name)
    extract(home, path, 'KernelCache@j274ap', 'SystemVersion.plist', into='board', texts=['no digest proves it'])
    assert tree(home.join('board')) == {'kernelcache.release.mac13g', 'SystemVersion.plist'}
    extract(home, path, '__MACOSX*', into='junk')
    assert all(name.startswith('__MACOSX/') for name in tree(home.join('junk')))
    # A component that only real Macs have is one file for each of them.
    extract(home, path, 'SEP', code=2, texts=["'SEP' has 2 files", 'j274ap', 'j293ap', 'name one of them'])
    for name in ('Nothing', 'KernelCache@other', 'nothing*', '', '@', '../' + VM_KERNEL):
        extract(home, path, name, code=5, texts=[f"no component or file '{name}'"])
    extract(home, path, 'Diags@j274ap', code=5, texts=["'Diags' has no file"])
    expect(home.vz('image', 'extract', path), 2, 'usage: vz image extract IMAGE')


def chunks_become_one_file(home):
    path = home.join('a.ipsw')
    make(path, '--os', 'linux', '--devices', '2')
    extract(home, path, 'RootFileSystem', 'RootFileSystem', 'ESP', texts=['has its digest'])
    assert tree(home.join('out')) == {'RootFileSystem.img', 'ESP.img'}
    assert content(home, 'RootFileSystem.img') == DISK
    assert os.stat(home.join('out', 'RootFileSystem.img')).st_blocks * 512 <= 3 * CHUNK
    extract(home, path, 'ESP@virt-aarch64', 'Chunks/x86_64/ESP/000000.zst', into='other')
    assert tree(home.join('other')) == {'ESP.img', 'Chunks/x86_64/ESP/000000.zst'}
    make(path, '--os', 'linux', '--fault', 'byte:Chunks/x86_64/RootFileSystem/000002.zst')
    extract(home, path, 'ESP', 'RootFileSystem@q35-x86_64', code=4, texts=['chunk 2', 'SHA-256'], into='bad')
    make(path, '--os', 'linux', '--fault', 'missing:Chunks/x86_64/RootFileSystem/000002.zst')
    extract(home, path, 'RootFileSystem@q35-x86_64', code=4, texts=['chunk 2 is missing'], into='bad')
    assert not os.path.exists(home.join('bad'))


def links(home):
    """Those that stay within the image are made; those that might lead out of it, and what lies behind one, are not."""
    path = home.join('a.ipsw')
    within = {'Firmware/up': '../SystemVersion.plist', 'Firmware/all_flash/two': '../../Firmware/dfu/none',
              'l': './Firmware//dfu'}
    make(path, *(f'--link={name}={target}' for name, target in within.items()))
    extract(home, path, '*')
    assert {name: os.readlink(home.join('out', name)) for name in within} == within
    for name, target, text in (('a', '/etc/passwd', 'absolute'), ('a', '..', 'leads out'), ('a', '', 'empty'),
                               ('Firmware/a', '../../x', 'leads out'), ('b/c/a', 'x/../../../..', "'..' after a name"),
                               ('a', 'x' * 2000, 'at most 1024')):
        make(path, f'--link={name}={target}')
        extract(home, path, 'SystemVersion.plist', name, code=4, texts=[f"'{name}'", text], into='bad')
    make(path, '--link=Firmware/dfu=..')
    extract(home, path, 'Firmware/*', code=1, texts=['Firmware/dfu'], into='bad')
    assert not os.path.exists(home.join('bad'))


def from_a_server(home):
    said = make(home.join('a.ipsw'), '--size', '15G', '--members', '2000', '--other-digest')
    make(home.join('linux.ipsw'), '--os', 'linux')
    with Server(home.path) as server:
        extract(home, server.url('a.ipsw'), 'KernelCache', LLB, 'Restore.plist')
        assert len(server.requests) <= 8 and server.bytes_sent() <= 2 * MIB, (len(server.requests), server.bytes_sent())
        with zipfile.ZipFile(home.join('a.ipsw')) as archive:
            for name in (VM_KERNEL, LLB, 'Restore.plist'):
                assert content(home, name) == archive.read(name), name
        server.forget()
        extract(home, server.url('linux.ipsw'), 'RootFileSystem', into='disk')
        with open(home.join('disk', 'RootFileSystem.img'), 'rb') as file:
            assert file.read() == DISK
        # The OS alone is larger than what is free, or it is not: both are said before anything of it is fetched.
        free = os.statvfs(home.path)
        if member(said, SYSTEM)['size'] > free.f_bavail * free.f_frsize:
            extract(home, server.url('a.ipsw'), 'OS', code=3, texts=['are needed'], into='large')
        server.forget()
        make(home.join('b.ipsw'), '--size', '40M', '--fault', f'byte:{CRYPTEX_APP}')
        extract(home, server.url('b.ipsw'), CRYPTEX_APP, code=4, texts=[CRYPTEX_APP], into='bad')
        extract(home, server.url('cut=3000', 'b.ipsw'), 'OS', code=1, into='bad')
        extract(home, server.url('no-range', 'b.ipsw'), 'OS', code=1, texts=['does not serve ranges'], into='bad')
        assert not os.path.exists(home.join('bad')) and not os.path.exists(home.join('large'))


def nothing_is_overwritten(home):
    path = home.join('a.ipsw')
    make(path)
    os.makedirs(home.join('out', 'Firmware'))
    with open(home.join('out', VM_KERNEL), 'w', encoding='ascii') as file:
        file.write('mine')
    extract(home, path, LLB, 'KernelCache', code=1, texts=[VM_KERNEL, 'will not be overwritten'])
    assert content(home, VM_KERNEL) == b'mine' and tree(home.join('out')) == {VM_KERNEL, 'Firmware'}
    # A link in the folder is somebody's way out of it.
    os.rmdir(home.join('out', 'Firmware'))
    os.mkdir(home.join('elsewhere'))
    os.symlink(home.join('elsewhere'), home.join('out', 'Firmware'))
    extract(home, path, LLB, code=1, texts=['Firmware', 'not a folder'])
    os.symlink(home.join('elsewhere', 'file'), home.join('out', 'SystemVersion.plist'))
    extract(home, path, 'SystemVersion.plist', code=1, texts=['will not be overwritten'])
    assert not os.listdir(home.join('elsewhere'))
    extract(home, path, LLB, code=5, texts=['no/such'], into='no/such')
    extract(home, path, LLB, code=1, texts=['cannot open the folder'], into='a.ipsw')


def damage_leaves_nothing(home):
    path = home.join('a.ipsw')
    for fault, text in ((f'byte:{VM_KERNEL}', 'SHA-384'), (f'crc:{VM_KERNEL}', 'CRC-32'), ('digest:KernelCache', 'SHA-384'),
                        (f'encrypted:{VM_KERNEL}', 'is encrypted'), (f'method:{VM_KERNEL}', 'method 97'),
                        (f'size:{VM_KERNEL}', 'ends after'), (f'shorter:{VM_KERNEL}', 'longer than'),
                        (f'symlink:{VM_KERNEL}', 'at most 1024'), (f'device:{VM_KERNEL}', 'device'),
                        (f'dotdot:{VM_KERNEL}', 'leads out'), (f'absolute:{VM_KERNEL}', 'absolute'),
                        (f'missing:{VM_KERNEL}', 'does not contain its file')):
        make(path, '--fault', fault)
        extract(home, path, LLB, 'KernelCache', code=4, texts=[text, 'a.ipsw'])
        assert not os.path.exists(home.join('out')), fault
    os.mkdir(home.join('out'))
    make(path, '--fault', f'byte:{CRYPTEX_APP}', '--other-digest')
    extract(home, path, LLB, CRYPTEX_APP, code=4, texts=['CRC-32'])
    place = member(make(path, '--size', '100M'), SYSTEM)
    patch(path, place['offset'] + place['size'] // 2, b'\1')
    extract(home, path, LLB, 'OS', code=4, texts=['CRC-32'])
    assert not os.listdir(home.join('out'))


def interrupted(home):
    path = home.join('a.ipsw')
    make(path, '--size', '60G', '--other-digest')
    os.mkdir(home.join('out'))
    process = home.start('image', 'extract', path, 'LLB', 'OS', '-d', home.join('out'))
    eventually('writing', 60, lambda: os.listdir(home.join('out')))
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert not os.listdir(home.join('out'))


def little_memory(home):
    make(home.join('a.ipsw'), '--size', '100M', '--members', '1000', '--devices', '20')
    make(home.join('linux.ipsw'), '--os', 'linux', '--size', '100M', '--dense')
    needs_little_memory(home, 'image', 'extract', home.join('a.ipsw'), '*', '-d', home.join('all'))
    needs_little_memory(home, 'image', 'extract', home.join('linux.ipsw'), 'RootFileSystem', '-d', home.join('disk'))
    with Server(home.path) as server:
        needs_little_memory(home, 'image', 'extract', server.url('a.ipsw'), 'OS', '-d', home.join('remote'))
        needs_little_memory(home, 'image', 'extract', server.url('linux.ipsw'), 'RootFileSystem', '-d', home.join('far'))


main([everything_is_as_unzip_has_it, components, chunks_become_one_file, links, from_a_server, nothing_is_overwritten,
      damage_leaves_nothing, interrupted, little_memory])

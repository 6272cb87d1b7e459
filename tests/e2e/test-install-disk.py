#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz install` from disk images: each format and packing, from a file and from a server; what is refused, before
anything is written; what an interruption leaves behind."""
import hashlib
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(__file__)
sys.path[:0] = [os.path.join(HERE, '..', 'server'), os.path.join(HERE, '..', 'disk')]
import disks  # noqa: E402  pylint: disable=wrong-import-position
from vztest import VZ, eventually, expect, main, mounter, needs_little_memory  # noqa: E402  pylint: disable=wrong-import-position
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position

MIB = 1 << 20
PACKERS = {'xz': ['xz', '-1', '-k'], 'gz': ['gzip', '-k'], 'zst': ['zstd', '-q'], 'zip': None}


def pack(path, kind):
    if kind == 'zip':
        subprocess.run(['zip', '-q', path + '.zip', os.path.basename(path)], check=True, cwd=os.path.dirname(path))
    else:
        subprocess.run([*PACKERS[kind], path], check=True)
    return f'{path}.{kind}'


def as_it_is(options):
    """No system on these disks could take settings."""
    return [] if {'--cloud-init', '--ignition'}.intersection(options) else ['--no-settings']


def install(home, location, *options, disk='256M'):
    shutil.rmtree(home.join('d.bundle'), ignore_errors=True)
    return home.vz('install', '--bundle', home.join('d.bundle'), '--disk', disk, *options, *as_it_is(options), location)


def check_disk(home, raw, size=256 * MIB):
    """The disk is the image's, except where growing changes it, sparse, and has grown."""
    path = home.join('d.bundle', 'Disk.img')
    assert os.stat(path).st_size == size and os.stat(path).st_blocks * 512 < 8 * MIB, os.stat(path)
    with open(path, 'rb') as disk, open(raw, 'rb') as image:
        disk.seek(MIB)
        image.seek(MIB)
        assert disk.read(40 * MIB) == image.read(40 * MIB)
    table = json.loads(subprocess.run(['sfdisk', '--json', path], check=True, stdout=subprocess.PIPE,
                                      env=dict(os.environ, PATH=disks.PATH)).stdout)['partitiontable']
    last = max(table['partitions'], key=lambda one: one['start'])
    assert (last['start'] + last['size']) * 512 >= size - 2 * MIB, table
    assert {*os.listdir(home.join('d.bundle'))} - {'.holder'} == {'AuxiliaryStorage', 'Configuration.json', 'Disk.img',
                                                                   'HardwareModel', 'MachineIdentifier'}


def formats(home):
    raw = disks.make_raw(home.join('a.raw'))
    made = [raw, disks.convert(raw, home.join('a.qcow2'), 'qcow2', '-c'),
            disks.convert(raw, home.join('zstd.qcow2'), 'qcow2', '-c', '-o', 'compression_type=zstd'),
            disks.convert(raw, home.join('old.qcow2'), 'qcow2', '-o', 'compat=0.10'),
            disks.convert(raw, home.join('sparse.vmdk'), 'vmdk'),
            disks.convert(raw, home.join('stream.vmdk'), 'vmdk', '-o', 'subformat=streamOptimized'),
            disks.convert(raw, home.join('a.vdi'), 'vdi'), disks.convert(raw, home.join('a.vhdx'), 'vhdx')]
    # The content decides, whatever the name says.
    os.rename(made[1], home.join('a.iso'))
    made[1] = home.join('a.iso')
    for path in made:
        expect(install(home, path), 0, 'is installed')
        check_disk(home, raw)
        expect(home.vz('check', home.join('d.bundle')), 0)


def packed(home):
    raw = disks.make_raw(home.join('a.raw'))
    qcow2 = disks.convert(raw, home.join('a.qcow2'), 'qcow2')
    with open(disks.convert(raw, home.join('a.vmdk'), 'vmdk', '-o', 'subformat=streamOptimized'), 'rb') as file:
        vmdk = file.read()
    made = [pack(raw, kind) for kind in PACKERS] + [pack(qcow2, kind) for kind in PACKERS]
    made.append(disks.tar(home.join('a.ova'), [('a.ovf', b'<Envelope/>'), ('a-disk1.vmdk', vmdk), ('a.mf', b'x')]))
    for path in made:
        expect(install(home, path), 0, 'is installed')
        check_disk(home, raw)


def mbr(home):
    raw = disks.make_raw(home.join('a.raw'), label='dos')
    expect(install(home, raw), 0)
    check_disk(home, raw)


def from_a_server(home):
    raw = disks.make_raw(home.join('a.raw'))
    os.mkdir(home.join('www'))
    path = disks.convert(raw, home.join('www', 'a.qcow2'), 'qcow2', '-c')
    with open(path, 'rb') as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    with Server(home.join('www')) as server:
        url = server.url('a.qcow2')
        refused(home, 2, ['there is no digest to verify this file with', '--sha256', '--allow-unverified'], url)
        assert not server.requests
        refused(home, 2, ['--sha256', 'must be 64 hexadecimal digits'], url, '--sha256', 'abc')
        expect(install(home, url, '--sha256', 'ab' * 32), 4, 'differs from what was expected')
        assert not os.path.exists(home.join('d.bundle'))
        expect(install(home, url, '--sha256', digest), 0)
        check_disk(home, raw)
        expect(install(home, url, '--allow-unverified'), 0)
        check_disk(home, raw)
        os.rename(path, home.join('www', 'latest'))
        expect(install(home, server.url('latest'), '--sha256', digest), 0)
        check_disk(home, raw)
        os.rename(home.join('www', 'latest'), path)
    expect(install(home, path, '--sha256', digest.upper()), 0)
    expect(install(home, path, '--sha256', 'ab' * 32), 4, 'differs from what was expected')


def refused(home, code, texts, location, *options, disk='256M'):
    """As expected, and nothing is left behind or written."""
    before = home.files()
    result = expect(install(home, location, *options, disk=disk), code, *texts)
    assert home.files() == before, home.files() - before
    return result


def patch(path, *changes):
    """(offset, bytes) each."""
    with open(path, 'r+b') as file:
        for at, data in changes:
            file.seek(at)
            file.write(data)
    return path


def hostile_qcow2(home):
    raw = disks.make_raw(home.join('a.raw'))
    for number, target in enumerate(('/etc/passwd', 'json:{"driver":"file","filename":"/etc/passwd"}', 'a.raw')):
        path = home.join(f'{number}.qcow2')
        disks.run('qemu-img', 'create', '-u', '-f', 'qcow2', '-F', 'raw', '-b', target, path, '48M')
        refused(home, 4, ['the image is incomplete without its backing file'], path)
    path = home.join('data.qcow2')
    disks.run('qemu-img', 'create', '-f', 'qcow2', '-o', f'data_file={home.join("d")},data_file_raw=on', path, '48M')
    refused(home, 4, ["the image's data are in another file"], path)
    path = disks.convert(raw, home.join('big.qcow2'), 'qcow2')
    patch(path, (24, struct.pack('>Q', 1 << 50)))
    refused(home, 4, ['damaged'], path)
    path = home.join('pb.qcow2')
    disks.run('qemu-img', 'create', '-f', 'qcow2', '-o', 'cluster_size=2M', path, str(1 << 50))
    refused(home, 4, ["disk size: '1024T' found", 'at most 16T'], path)
    path = disks.convert(raw, home.join('v9.qcow2'), 'qcow2')
    refused(home, 4, ['qcow2 version: 9 found'], patch(path, (4, struct.pack('>I', 9))))
    path = disks.convert(raw, home.join('enc.qcow2'), 'qcow2')
    refused(home, 4, ['encrypted'], patch(path, (32, struct.pack('>I', 1))))
    path = disks.convert(raw, home.join('large.qcow2'), 'qcow2')
    disks.run('qemu-img', 'resize', path, '1G')
    refused(home, 4, ["the image's disk has 1G, more than the 256M of the machine's"], path)


def hostile_vmdk(home):
    raw = disks.make_raw(home.join('a.raw'))
    refused(home, 4, ["only a vmdk's description"],
            disks.convert(raw, home.join('flat.vmdk'), 'vmdk', '-o', 'subformat=monolithicFlat'))
    lines = {'RW 98304 FLAT "/etc/passwd" 0': 'the vmdk has its data in another file',
             'RW 98304 SPARSE "a"\nRW 98304 SPARSE "/etc/passwd"': 'the vmdk has 2 extents',
             'parentFileNameHint="/etc/passwd"': 'the vmdk is incomplete without its parent', 'parentCID=12345678': 'the vmdk is incomplete without its parent'}
    for number, (line, text) in enumerate(lines.items()):
        path = disks.convert(raw, home.join(f'{number}.vmdk'), 'vmdk')
        patch(path, (512, ('# Disk DescriptorFile\n' + line + '\n').encode().ljust(1024, b'\0')))
        refused(home, 4, [text], path)
    path = disks.convert(raw, home.join('zero.vmdk'), 'vmdk')
    refused(home, 4, ['the vmdk has its data in another file'], patch(path, (12, bytes(8))))
    path = disks.convert(raw, home.join('place.vmdk'), 'vmdk')
    refused(home, 4, ['lies outside'], patch(path, (28, struct.pack('<Q', 1 << 40))))


def hostile_archives(home):
    raw = disks.make_raw(home.join('a.raw'))
    with open(disks.convert(raw, home.join('a.vmdk'), 'vmdk', '-o', 'subformat=streamOptimized'), 'rb') as file:
        vmdk = file.read()
    for name in ('../../etc/a.vmdk', '/etc/a.vmdk', 'a/../../a.vmdk'):
        refused(home, 4, ['leads outside it'], disks.tar(home.join('a.ova'), [(name, vmdk)]))
    refused(home, 4, ['has 2 disks'], disks.tar(home.join('b.ova'), [('a.vmdk', vmdk), ('b.vmdk', vmdk)]))
    refused(home, 4, ['no disk in it'], disks.tar(home.join('c.ova'), [('d', b'')]))
    path = disks.tar(home.join('d.ova'), [('a.vmdk', vmdk)])
    os.truncate(path, len(vmdk) // 2)
    refused(home, 4, ['truncated'], path)
    # A bomb: 600 MB of zeros behind a partition table.
    bomb = disks.make_raw(home.join('bomb.raw'))
    os.truncate(bomb, 600 * MIB)
    for kind in ('zip', 'xz'):
        path = pack(bomb, kind)
        assert os.stat(path).st_size < 4 * MIB
        began = time.monotonic()
        expect(install(home, path, disk='128M'), 4, "unpacked, it is larger than the machine's disk (128M)")
        assert time.monotonic() - began < 60 and not os.path.exists(home.join('d.bundle'))


def truncated(home):
    raw = disks.make_raw(home.join('a.raw'))
    made = [disks.convert(raw, home.join('a.qcow2'), 'qcow2'), disks.convert(raw, home.join('a.vdi'), 'vdi'),
            disks.convert(raw, home.join('c.qcow2'), 'qcow2', '-c'), disks.convert(raw, home.join('a.vmdk'), 'vmdk'),
            disks.convert(raw, home.join('a.vhdx'), 'vhdx'), pack(raw, 'xz'), raw]
    for path in made:
        os.truncate(path, os.stat(path).st_size * 2 // 3)
        result = refused(home, 4, [], path)
        assert 'truncated' in result.stderr or 'damaged' in result.stderr, (path, result.stderr)
    path = pack(disks.make_raw(home.join('b.raw')), 'gz')
    os.truncate(path, os.stat(path).st_size * 2 // 3)
    expect(install(home, path), 4)
    assert not os.path.exists(home.join('d.bundle'))


def no_system(home):
    refused(home, 3, ['boots with a legacy BIOS'], disks.make_raw(home.join('bios.raw'), esp=False, label='dos'))
    refused(home, 3, ['boots with a legacy BIOS'], disks.make_raw(home.join('gpt.raw'), esp=False))
    refused(home, 3, ['no boot loader where the firmware looks'], disks.make_raw(home.join('none.raw'), loader=None))
    risc = disks.make_raw(home.join('risc.raw'), loader='BOOTRISCV64.EFI')
    refused(home, 3, ['for riscv64', 'x86_64 or aarch64'], risc)
    other = 'aarch64' if os.uname().machine == 'x86_64' else 'x86_64'
    path = disks.convert(disks.make_raw(home.join('o.raw'), loader=disks.LOADERS[other]), home.join('o.qcow2'), 'qcow2')
    variable = 'VZ_QEMU_' + other.upper()
    home.environment[variable] = '/nonexistent'
    refused(home, 3, [f'is for {other}', '/nonexistent'], path)
    refused(home, 3, [other], pack(home.join('o.raw'), 'xz'))
    del home.environment[variable]


def unknown(home):
    path = home.join('text.qcow2')
    with open(path, 'wb') as file:
        file.write(b'hello\n' * 1000)
    refused(home, 4, ['not qcow2, vmdk, vdi, vhdx, nor a raw disk'], path)
    with open(home.join('cd.iso'), 'wb') as file:
        file.write(bytes(0x8001) + b'CD001' + bytes(100000))
    refused(home, 4, ['a CD image (ISO 9660)'], home.join('cd.iso'))
    with open(home.join('empty.img'), 'wb'):
        pass
    refused(home, 4, ['not qcow2'], home.join('empty.img'))
    os.mkfifo(home.join('fifo.img'))
    expect(install(home, home.join('fifo.img')), 4)
    raw = disks.make_raw(home.join('a.raw'))
    refused(home, 2, ['--keep-image'], raw, '--keep-image')
    refused(home, 2, ['--sha256', 'is not one'], 'debian', '--sha256', 'ab' * 32)
    with open(home.join('user-data'), 'w', encoding='utf-8') as file:
        file.write('packages: [x]\n')
    refused(home, 2, ['--cloud-init', 'is not for cloud-init', '#cloud-config'], raw, '--cloud-init', home.join('user-data'))
    refused(home, 5, ['--cloud-init', 'nothing'], raw, '--cloud-init', home.join('nothing'))
    expect(install(home, home.join('none.qcow2')), 5)


def write(home, name, text):
    with open(home.join(name), 'w', encoding='utf-8') as file:
        file.write(text)
    return home.join(name)


def ignition(home):
    """Options that are not for such a system, or not for another one; refused before anything is written."""
    raw = disks.make_raw(home.join('a.raw'))
    core_os, flatcar = (disks.make_ignition(home.join(f'{kind}.raw'), kind) for kind in disks.IGNITION)
    packed_raw = pack(disks.make_ignition(home.join('p.raw')), 'xz')
    good = write(home, 'good.ign', '{"ignition": {"version": "3.3.0"}}')
    for text, words in (('{"ignition": {"version": "2.3.0"}}', ["ignition.version is '2.3.0', must be 3.x"]),
                        ('variant: flatcar\nversion: 1.0.0\n', ['a Butane configuration', 'butane --strict']),
                        ('{"ignition"', ['it is not a JSON object']), ('{}', ['it has no ignition.version'])):
        refused(home, 2, ['--ignition: ', *words], core_os, '--ignition', write(home, 'bad.ign', text))
    refused(home, 5, ['--ignition', 'nothing'], core_os, '--ignition', home.join('nothing'))
    refused(home, 2, ['--ignition: ', 'does not take its settings by Ignition', '--cloud-init'], raw, '--ignition', good)
    own = write(home, 'user-data', '#cloud-config\n')
    for path in (core_os, flatcar, packed_raw, disks.convert(core_os, home.join('a.qcow2'), 'qcow2')):
        refused(home, 2, ['--cloud-init: ', 'by Ignition', '--ignition'], path, '--cloud-init', own)
    refused(home, 2, ['--ignition: cannot be combined with --cloud-init'], core_os, '--ignition', good, '--cloud-init', own)
    refused(home, 2, ['--ignition: cannot be combined with --no-settings'], core_os, '--ignition', good, '--no-settings')
    refused(home, 2, ['--ignition', 'is not one'], 'debian', '--ignition', good)
    # Known only once it is unpacked; then the disk is not written.
    path = pack(home.join('a.qcow2'), 'xz')
    expect(install(home, path, '--cloud-init', own), 2, '--cloud-init: ', 'by Ignition')
    assert not os.path.exists(home.join('d.bundle'))


def ways(home):
    """--dry-run says how the guest learns its settings; so does show, for one that takes Ignition's."""
    core_os = disks.make_ignition(home.join('core-os.raw'))
    plain = disks.make_raw(home.join('plain.raw'))
    for path, options, way, text in ((core_os, [], 'ignition', "Ignition (QEMU's fw_cfg)"),
                                     (plain, [], 'cloud-init', 'cloud-init, if the guest has it'),
                                     (plain, ['--no-settings'], 'none', 'none: the guest is left as it is')):
        command = ['install', '--dry-run', '--bundle', home.join('d.bundle'), '--disk', '256M', *options, path]
        expect(home.vz(*command), 0, f'settings:   {text}')
        assert json.loads(expect(home.vz(*command, '--json'), 0).stdout)['settings'] == way
    expect(install(home, core_os), 0, 'is installed')
    expect(home.vz('show', home.join('d.bundle')), 0, 'guest-settings: ignition')
    assert 'Ignition.json' not in os.listdir(home.join('d.bundle'))
    expect(install(home, plain), 0, 'is installed')
    assert 'guest-settings' not in home.vz('show', home.join('d.bundle')).stdout


def no_space(home):
    mount = mounter()
    place = home.join('small')
    os.mkdir(place)
    raw = disks.make_raw(home.join('a.raw'))
    script = 'mount -t tmpfs -o size=32m none "$1" && exec "$2" install --bundle "$1/d.bundle" --disk 256M --no-settings "$3"'
    for path in (raw, pack(raw, 'xz'), disks.convert(raw, home.join('a.qcow2'), 'qcow2')):
        result = subprocess.run([*mount, 'sh', '-c', script, 'sh', place, VZ, path], env=home.environment,
                                capture_output=True, text=True, timeout=120)
        expect(result, 3, 'are needed')


def large(home):
    """Something that takes a moment: 400 MB that cannot be compressed."""
    path = disks.make_raw(home.join('large.raw'), size=600 * MIB)
    with open(path, 'r+b') as file:
        file.seek(16 * MIB)
        for _ in range(100):
            file.write(os.urandom(4 * MIB))
    return path


def has_disk(home):
    return any(name.endswith('Disk.img') for name in home.files())


def readers(path):
    """Processes that have the file open."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            names = os.listdir(f'/proc/{pid}/fd')
            found += [pid for name in names if os.readlink(f'/proc/{pid}/fd/{name}') == path]
        except OSError:
            continue
    return found


def interrupted(home):
    path = disks.convert(large(home), home.join('l.qcow2'), 'qcow2', '-c')
    os.unlink(home.join('large.raw'))
    before = home.files()
    for number in (signal.SIGINT, signal.SIGTERM):
        process = home.start('install', '--bundle', home.join('d.bundle'), '--disk', '1G', '--no-settings', path)
        eventually('begun', 60, lambda: has_disk(home) or process.poll() is not None)
        process.send_signal(number)
        assert process.wait(60) == 130, process.stderr.read()
        left = {name for name in home.files() - before if not name.startswith('data/vz/ssh')}
        assert not left, left
        eventually('nobody reads it', 10, lambda: not readers(path))
    process = home.start('install', '--bundle', home.join('d.bundle'), '--disk', '1G', '--no-settings', path)
    eventually('begun', 60, lambda: has_disk(home) or process.poll() is not None)
    process.kill()
    process.wait()
    result = expect(install(home, path, disk='1G'), 0, 'interrupted')
    assert 'is installed' in result.stdout
    assert not [name for name in os.listdir(home.path) if '.bundle.' in name], os.listdir(home.path)


def little_memory(home):
    path = pack(large(home), 'zst')
    needs_little_memory(home, 'install', '--bundle', home.join('d.bundle'), '--disk', '1G', '--no-settings', path)
    shutil.rmtree(home.join('d.bundle'))
    qcow2 = disks.convert(home.join('large.raw'), home.join('l.qcow2'), 'qcow2', '-c')
    needs_little_memory(home, 'install', '--bundle', home.join('d.bundle'), '--disk', '1G', '--no-settings', qcow2)


def sandboxed(home):
    """What runs in the sandbox reads no file that it was not given, starts nothing, and has no network."""
    sandbox = os.path.join(os.environ['VZ_LIBEXECDIR'], 'vz-sandbox')
    given, secret = home.join('given'), home.join('secret')
    for path in (given, secret):
        with open(path, 'w', encoding='utf-8') as file:
            file.write('x')
    fd = os.open(given, os.O_RDONLY)
    script = ('import os, socket\n'
              'def tried(what, *a):\n'
              '    try: what(*a); return "done"\n'
              '    except OSError as e: return type(e).__name__\n'
              f'print(tried(open, {secret!r}), tried(open, "/etc/passwd"), tried(open, "/proc/self/fd/{fd}"),\n'
              f'      tried(open, "/proc/self/fd/{fd}", "r+"), tried(open, "/tmp/vz-new-file", "w"), tried(socket.socket),\n'
              '      tried(os.fork), tried(os.unlink, "/tmp/x"))\n')
    result = subprocess.run([sandbox, '--read', str(fd), '--size', '0', '--', sys.executable, '-S', '-c', script],
                            pass_fds=[fd], capture_output=True, text=True, timeout=60)
    words = result.stdout.split()
    assert words[2] == 'done' and words[4:] == ['PermissionError'] * 4, (words, result.stderr)
    assert words[:2] + words[3:4] == ['PermissionError'] * 3, (words, result.stderr)


main([formats, packed, mbr, from_a_server, hostile_qcow2, hostile_vmdk, hostile_archives, truncated, no_system, unknown,
      ignition, ways, no_space, interrupted, little_memory, sandboxed])

# SPDX-License-Identifier: LGPL-2.1-or-later
"""Small disks for tests: an EFI system partition with a boot loader's name on it, and a Linux partition."""
import os
import shutil
import struct
import subprocess

MIB = 1 << 20
ESP = 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B'
LINUX = '0FC63DAF-8483-4772-8E79-3D69D8477DE4'
LOADERS = {'x86_64': 'BOOTX64.EFI', 'aarch64': 'BOOTAA64.EFI'}
PATH = os.environ['PATH'] + ':/usr/sbin:/sbin'


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, PATH=PATH), **more)


def make_raw(path, loader=LOADERS.get(os.uname().machine), label='gpt', size=48 * MIB, esp=True, content=b'vz disk '):
    """@loader: name in EFI/BOOT; None: a file system without one. @esp: FALSE: no such partition."""
    with open(path, 'wb') as file:
        file.truncate(size)
    first = f'start=2048, size=16384, type={(ESP if label == "gpt" else "ef")}\n' if esp else ''
    kind = LINUX if label == 'gpt' else '83'
    run('sfdisk', '-q', path, input=f'label: {label}\n{first}start=20480, type={kind}\n'.encode())
    if esp:
        system = path + '.esp'
        with open(system, 'wb') as file:
            file.truncate(8 * MIB)
        run('mkfs.vfat', system)
        if loader:
            with open(path + '.loader', 'wb') as file:
                file.write(b'MZ' + bytes(100))
            run('mmd', '-i', system, '::/EFI', '::/EFI/BOOT')
            run('mcopy', '-i', system, path + '.loader', f'::/EFI/BOOT/{loader}')
            os.unlink(path + '.loader')
        run('dd', f'if={system}', f'of={path}', 'bs=1M', 'seek=1', 'conv=notrunc,sparse', 'status=none')
        os.unlink(system)
    with open(path, 'r+b') as file:
        for at in range(12 * MIB, min(size - 2 * MIB, 32 * MIB), 4 * MIB):
            file.seek(at)
            file.write(content * 1000)
    return path


# The names of the partitions of systems that take their settings by Ignition, as their publishers make them.
IGNITION = {'core-os': ('BIOS-BOOT', 'EFI-SYSTEM', 'boot', 'root'),
            'flatcar': ('EFI-SYSTEM', 'BIOS-BOOT', 'USR-A', 'USR-B', 'OEM', 'ROOT')}


def _starting_esp(path, size, folder, options):
    """The kernel and the initramfs in @folder, for x86_64, started by GRUB; None: only a boot loader's name."""
    with open(path, 'wb') as file:
        file.truncate(size)
    run('mkfs.vfat', path)
    run('mmd', '-i', path, '::/EFI', '::/EFI/BOOT')
    loader = path + '.loader'
    if folder is None:
        with open(loader, 'wb') as file:
            file.write(b'MZ' + bytes(100))
    else:
        with open(path + '.cfg', 'w', encoding='utf-8') as file:
            file.write(f'search --no-floppy --file --set=root /kernel\nlinux /kernel {options}\ninitrd /initramfs\nboot\n')
        run('grub-mkstandalone', '-O', 'x86_64-efi', '-o', loader, '--locales=', '--themes=', '--fonts=',
            '--modules=part_gpt fat search_fs_file linux', f'boot/grub/grub.cfg={path}.cfg', stderr=subprocess.DEVNULL)
        os.unlink(path + '.cfg')
        run('mcopy', '-i', path, os.path.join(folder, 'kernel'), os.path.join(folder, 'initramfs'), '::/')
    run('mcopy', '-i', path, loader, f'::/EFI/BOOT/{LOADERS[os.uname().machine]}')
    os.unlink(loader)


def make_ignition(path, kind='core-os', folder=None, options=''):
    """A disk with the shape of such a system's; @folder: the small guest, which it starts with these options."""
    esp_mib = 8 if folder is None else 64
    table, at = 'label: gpt\n', 1
    for name in IGNITION[kind]:
        size, guid = (esp_mib, ESP) if name == 'EFI-SYSTEM' else (4, LINUX)
        table += f'start={at * 2048}, size={size * 2048}, type={guid}, name="{name}"\n'
        if name == 'EFI-SYSTEM':
            esp_at = at
        at += size
    with open(path, 'wb') as file:
        file.truncate((at + 1) * MIB)
    run('sfdisk', '-q', path, input=table.encode())
    _starting_esp(path + '.esp', esp_mib * MIB, folder, options)
    with open(path + '.esp', 'rb') as esp, open(path, 'r+b') as disk:
        disk.seek(esp_at * MIB)
        shutil.copyfileobj(esp, disk)
    os.unlink(path + '.esp')
    return path


def convert(raw, path, kind, *options):
    run('qemu-img', 'convert', '-O', kind, *options, raw, path)
    return path


def tar(path, members):
    """@members: (name, bytes). By hand, since tarfile would not write every name."""
    with open(path, 'wb') as file:
        for name, data in members:
            header = struct.pack('100s8s8s8s12s12s8s1s100s6s2s', name.encode(), b'0000644', b'0000000', b'0000000',
                                 b'%011o' % len(data), b'0' * 11, b' ' * 8, b'0', b'', b'ustar', b'00')
            header = header.ljust(512, b'\0')
            header = header[:148] + b'%06o\0 ' % sum(header) + header[156:]
            file.write(header + data + bytes(-len(data) % 512))
        file.write(bytes(1024))
    return path

# SPDX-License-Identifier: LGPL-2.1-or-later
"""CD images for tests: small ones with any boot entry, and an installer, which is the small guest on a CD."""
import os
import shutil
import subprocess

import disks

MIB = 1 << 20


def _file_system(path, loader):
    """A FAT file system with a boot loader's name on it; None: with nothing."""
    with open(path, 'wb') as file:
        file.truncate(2 * MIB)
    disks.run('mkfs.vfat', path)
    if loader:
        with open(path + '.loader', 'wb') as file:
            file.write(b'MZ' + bytes(100))
        disks.run('mmd', '-i', path, '::/EFI', '::/EFI/BOOT')
        disks.run('mcopy', '-i', path, path + '.loader', f'::/EFI/BOOT/{loader}')
        os.unlink(path + '.loader')


def make(path, loader=disks.LOADERS.get(os.uname().machine), bios=False, efi=True, name='A TEST'):
    """@loader: name in EFI/BOOT; None: a file system without one. @bios, @efi: which boot entries there are."""
    root = path + '.d'
    os.mkdir(root)
    command = ['xorriso', '-as', 'mkisofs', '-quiet', '-V', name, '-o', path]
    if bios:
        with open(os.path.join(root, 'bios.img'), 'wb') as file:
            file.write(b'\xeb\xfe' + bytes(2046))
        command += ['-b', 'bios.img', '-no-emul-boot', '-boot-load-size', '4', '-c', 'boot.cat']
    if efi:
        _file_system(os.path.join(root, 'efi.img'), loader)
        command += [*(['-eltorito-alt-boot'] if bios else []), '-e', 'efi.img', '-no-emul-boot']
    subprocess.run([*command, root], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    shutil.rmtree(root)
    return path


def make_starting(path, folder, options, volume='ISOIMAGE', files=()):
    """The kernel and the initramfs in @folder, for x86_64; started by GRUB from a hybrid image. @files: more of that
    folder's, as (name on the CD, name there)."""
    root = path + '.d'
    os.makedirs(os.path.join(root, 'boot', 'grub'))
    for place, file in files:
        os.makedirs(os.path.join(root, os.path.dirname(place)), exist_ok=True)
        shutil.copy(os.path.join(folder, file), os.path.join(root, place))
    for name in ('kernel', 'initramfs'):
        shutil.copy(os.path.join(folder, name), root)
    with open(os.path.join(root, 'boot', 'grub', 'grub.cfg'), 'w') as file:
        file.write(f'set timeout=0\nmenuentry guest {{\n  linux /kernel {options}\n  initrd /initramfs\n}}\n')
    subprocess.run(['grub-mkrescue', '-d', '/usr/lib/grub/x86_64-efi', '-o', path, '--fonts=', '--locales=', '--themes=',
                    '--install-modules=normal linux iso9660 part_gpt part_msdos fat', root, '--', '-volid', volume], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    shutil.rmtree(root)
    return path


def make_installer(path, guest, how):
    """The small guest, which does @how (tests/guest/installing.c)."""
    return make_starting(path, guest, f'console=ttyS0 quiet panic=-1 no_timer_check install={how}')


# As Debian's own CDs have them, and libosinfo knows them.
DEBIAN = 'Debian 12.9.0 amd64 n'
DEBIAN_FILES = (('install.amd/vmlinuz', 'kernel'), ('install.amd/initrd.gz', 'initramfs'))


def make_debian(path, folder, files=DEBIAN_FILES):
    """A CD that looks like Debian's netinst; its kernel and initramfs are those in @folder."""
    return make_starting(path, folder, 'console=ttyS0 quiet panic=-1 no_timer_check', DEBIAN, files)

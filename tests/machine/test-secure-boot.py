#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An unsigned program of a few bytes: the firmware starts it, and with Secure Boot refuses it."""
import glob
import json
import os
import shutil
import struct
import subprocess

from vztest import Skip, eventually, expect, main, small_guest

TEXT = 'nobody signed this'
STORE = 'AuxiliaryStorage'
PAGE = 4096
SECONDS = 240


def efi_program(text):
    """A PE32+ image with one section: prints the text and loops."""
    code = bytes.fromhex('4883ec28'      # sub rsp, 40
                         '488b4a40'      # mov rcx, [rdx + 64]: the system table's ConOut
                         '488d1505000000'  # lea rdx, [rip + 5]: the text
                         'ff5108'        # call [rcx + 8]: OutputString
                         'ebfe')         # jmp .
    section = (code + (text + '\r\n\0').encode('utf-16-le')).ljust(512, b'\0')
    optional = struct.pack('<HBBIIIIIQIIHHHHHHIIIIHHQQQQII', 0x20b, 0, 0, 512, 0, 0, PAGE, PAGE, 0, PAGE, 512, 0, 0, 0, 0,
                           0, 0, 0, 2 * PAGE, 512, 0, 10, 0, 1 << 20, 1 << 12, 1 << 20, 1 << 12, 0, 16) + bytes(16 * 8)
    headers = b'MZ'.ljust(60, b'\0') + struct.pack('<I', 64) + b'PE\0\0'
    headers += struct.pack('<HHIIIHH', 0x8664, 1, 0, 0, 0, len(optional), 0x2022) + optional
    headers += struct.pack('<8sIIIIIIHHI', b'.text', len(section), PAGE, 512, 512, 0, 0, 0, 0, 0x60000020)
    return headers.ljust(512, b'\0') + section


def template():
    """The variable store that this host's firmware starts with."""
    for path in sorted(glob.glob('/usr/share/qemu/firmware/*.json')):
        with open(path, encoding='utf-8') as file:
            firmware = json.load(file)
        if 'x86_64' in str(firmware['targets']) and 'secure-boot' not in firmware['features']:
            return firmware['mapping']['nvram-template']['filename']
    raise AssertionError('no firmware for x86_64; package ovmf has one')


def make_bundle(home):
    if os.uname().machine != 'x86_64':
        raise Skip('the program is for x86_64')
    bundle = small_guest(home, **{'boot-loader': {'type': 'VzEFIBootLoader', 'variable-store': {
        'type': 'VzEFIVariableStore', 'path': STORE}}})
    shutil.copyfile(template(), os.path.join(bundle, STORE))
    disk = os.path.join(bundle, 'Disk.img')
    os.truncate(disk, 8 << 20)
    subprocess.run(['mkfs.vfat', disk], check=True, stdout=subprocess.DEVNULL)
    with open(home.join('program.efi'), 'wb') as file:
        file.write(efi_program(TEXT))
    for command in (['mmd', '-i', disk, '::EFI', '::EFI/BOOT'],
                    ['mcopy', '-i', disk, home.join('program.efi'), '::EFI/BOOT/BOOTX64.EFI']):
        subprocess.run(command, check=True)
    return bundle


def log_of(home):
    """What the console has printed in all runs, whoever listened."""
    text = ''
    for path in glob.glob(home.join('state', 'vz', '*', 'console.log*')):
        with open(path, encoding='utf-8', errors='replace') as file:
            text += file.read()
    return text


def console_says(home, bundle, text, not_text):
    for path in glob.glob(home.join('state', 'vz', '*', 'console.log*')):
        os.unlink(path)
    expect(home.vz('run', '--detach', bundle), 0)
    try:
        eventually(f'{text} on the console', SECONDS, lambda: text in log_of(home))
        assert not_text not in log_of(home), log_of(home)
    finally:
        expect(home.vz('stop', '--force', bundle), 0)
    eventually('QEMU is gone', 10, lambda: not home.processes())


def unsigned(home):
    bundle = make_bundle(home)
    console_says(home, bundle, TEXT, 'Access Denied')
    expect(home.vz('set', bundle, '--secure-boot', 'on'), 0)
    console_says(home, bundle, 'Access Denied', TEXT)
    expect(home.vz('set', bundle, '--secure-boot', 'on'), 0)
    expect(home.vz('set', bundle, '--secure-boot', 'off'), 0)
    console_says(home, bundle, TEXT, 'Access Denied')


def refusals(home):
    bundle = make_bundle(home)
    store = os.path.join(bundle, STORE)
    with open(store, 'rb') as file:
        before = file.read()
    expect(home.vz('set', bundle, '--secure-boot', 'maybe'), 2, '--secure-boot', "'maybe'", 'on or off')
    expect(home.vz('set', bundle, 'cpu-count=1', '--secure-boot', 'on'), 2, 'one command for each')
    expect(home.vz('set', bundle, 'boot-loader.secure-boot=true'), 4, 'variable store that has keys', store)
    home.environment['VZ_FIRMWARE_PATH'] = home.path
    expect(home.vz('set', bundle, '--secure-boot', 'on'), 3, 'with Secure Boot and keys', 'ovmf')
    del home.environment['VZ_FIRMWARE_PATH']
    with open(store, 'rb') as file:
        assert file.read() == before, 'a refusal has changed the variable store'
    with open(os.path.join(bundle, 'Configuration.json'), encoding='utf-8') as file:
        assert 'secure-boot' not in file.read()
    kernel = small_guest(home, 'kernel.bundle')
    expect(home.vz('set', kernel, '--secure-boot', 'on'), 4, 'does not boot with EFI')


def kept(home):
    """A saved state keeps the variable store as it is, and so does another writer."""
    bundle = make_bundle(home)
    store = os.path.join(bundle, STORE)
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('save', bundle), 0)
    with open(store, 'rb') as file:
        before = file.read()
    expect(home.vz('set', bundle, '--secure-boot', 'on'), 1, 'saved state', 'variable store', 'shut it down first')
    with open(store, 'rb') as file:
        assert file.read() == before, 'the variable store was changed'
    expect(home.vz('run', '--detach', bundle), 0, 'restored')
    expect(home.vz('stop', '--force', bundle), 0)
    with open(store, 'r+b'):
        expect(home.vz('set', bundle, '--secure-boot', 'on'), 6, STORE, str(os.getpid()))
    expect(home.vz('set', bundle, '--secure-boot', 'on'), 0)


main([refusals, kept, unsigned])

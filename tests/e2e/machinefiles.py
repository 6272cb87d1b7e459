# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bundles with made-up disks, which need no guest."""
import json
import os
import plistlib

from vztest import MIB


def bundle(home, name='VM.bundle', data=4 * MIB, size=1 << 30):
    path = home.join(name)
    os.mkdir(path)
    with open(os.path.join(path, 'HardwareModel'), 'wb') as file:
        plistlib.dump({'DataRepresentationVersion': 1, 'Architecture': 'x86_64', 'MachineType': 'pc-q35-7.2'}, file,
                      fmt=plistlib.FMT_BINARY)
    with open(os.path.join(path, 'MachineIdentifier'), 'wb') as file:
        plistlib.dump({'ECID': int.from_bytes(os.urandom(8), 'big') >> 1}, file, fmt=plistlib.FMT_BINARY)
    with open(os.path.join(path, 'AuxiliaryStorage'), 'wb') as file:
        file.write(os.urandom(540 * 1024))
    with open(os.path.join(path, 'Disk.img'), 'wb') as file:
        file.truncate(size)
        file.seek(size // 2)
        for _ in range(data // MIB):
            file.write(os.urandom(MIB))
    for file in os.listdir(path):
        os.chmod(os.path.join(path, file), 0o600)
    return path


def content(path, name):
    with open(os.path.join(path, name), 'rb') as file:
        return file.read()


def configure(path):
    """What a machine needs in order to be shown and changed; it could not boot."""
    configuration = {
        'type': 'VzVirtualMachineConfiguration', 'cpu-count': 1, 'memory-size': 256 * MIB,
        'platform': {'type': 'VzGenericPlatformConfiguration'},
        'boot-loader': {'type': 'VzLinuxBootLoader', 'kernel-path': '/bin/true'},
        'storage-devices': [{'type': 'VzVirtioBlockDeviceConfiguration',
                             'attachment': {'type': 'VzDiskImageStorageDeviceAttachment', 'path': 'Disk.img'}}]}
    with open(os.path.join(path, 'Configuration.json'), 'w') as file:
        json.dump(configuration, file)
    os.chmod(os.path.join(path, 'Configuration.json'), 0o600)
    return path

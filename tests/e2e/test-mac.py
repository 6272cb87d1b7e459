#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bundles of Macs: run with a stand-in for a capable QEMU (../qemu/stand-in-qemu), refused if there is none, and made
from other programs' machines. No macOS is involved."""
import base64
import hashlib
import json
import os
import plistlib
import time

from vztest import Home, Skip, eventually, expect, last_event, main

STANDIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'qemu', 'stand-in-qemu')
MODEL = base64.b64decode('YnBsaXN0MDDTAQIDBAUGXxAZRGF0YVJlcHJlc2VudGF0aW9uVmVyc2lvbl8QD1BsYXRmb3JtVmVyc2lvbl8QEk1pbmltdW1'
                         'TdXBwb3J0ZWRPUxQAAAAAAAAAAAAAAAAAAAABEAKjBwgIEA0QAAgPKz1SY2VpawAAAAAAAAEBAAAAAAAAAAkAAAAAAAAAAAAA'
                         'AAAAAABt')
IDENTIFIER = base64.b64decode('YnBsaXN0MDDRAQJURUNJRBQAAAAAAAAAAMPnGW1rnZiDCAsQAAAAAAAAAQEAAAAAAAAAAwAAAAAAAAAAAAAAAAAAACE=')
ECID = 0xc3e7196d6b9d9883
HEADER, STORAGE, NVRAM = 0x4000, 33570816, 0xa00000
ROM = 'AVPBooter.vmapple2.bin'


def write(path, data, size=None, at=0):
    with open(path, 'wb') as file:
        file.truncate(size if size is not None else len(data))
        file.seek(at)
        file.write(data)
    return path


def write_storage(path, place=NVRAM + HEADER, size=STORAGE):
    return write(path, b'\xb8\0\0\0nvram', size, place)


def read(*parts):
    with open(os.path.join(*parts), 'rb') as file:
        return file.read()


def digests(folder):
    """Of all files except the notes about the folder's users."""
    return {os.path.relpath(os.path.join(here, name), folder): hashlib.sha256(read(here, name)).hexdigest()
            for here, _, names in os.walk(folder) for name in names if name != '.holder'}


def mac(home, name='mac.bundle', ecid=ECID, **changes):
    path = home.join(name)
    os.mkdir(path)
    write(os.path.join(path, 'HardwareModel'), MODEL)
    write(os.path.join(path, 'MachineIdentifier'),
          IDENTIFIER if ecid == ECID else plistlib.dumps({'ECID': ecid}, fmt=plistlib.FMT_BINARY))
    write_storage(os.path.join(path, 'AuxiliaryStorage'))
    write(os.path.join(path, 'Disk.img'), b'disk', 1 << 20)
    configuration = {
        'type': 'VzVirtualMachineConfiguration', 'cpu-count': 1, 'memory-size': 256 << 20,
        'platform': {'type': 'VzMacPlatformConfiguration', 'auxiliary-storage': {'path': 'AuxiliaryStorage'}},
        'boot-loader': {'type': 'VzMacOSBootLoader'},
        'storage-devices': [{'type': 'VzVirtioBlockDeviceConfiguration', 'attachment': {
            'type': 'VzDiskImageStorageDeviceAttachment', 'path': 'Disk.img'}}],
        'network-devices': [{'type': 'VzVirtioNetworkDeviceConfiguration', 'mac-address': '7a:47:bb:5f:97:c9',
                             'attachment': {'type': 'VzNATNetworkDeviceAttachment'}}],
        **changes}
    with open(os.path.join(path, 'Configuration.json'), 'w') as file:
        json.dump(configuration, file)
    for each in os.listdir(path):
        os.chmod(os.path.join(path, each), 0o600)
    return path


def use_qemu(home, build, rom=True, licence=True):
    """The host has this QEMU, and what else is needed."""
    path = home.join(f'qemu-system-{build}')
    if not os.path.islink(path):
        os.symlink(STANDIN, path)
    home.environment.update(VZ_QEMU=path, VZ_STANDIN_RECORD=home.join('record'))
    if rom:
        home.environment['VZ_AVPBOOTER'] = write(home.join(ROM), b'rom', 304352)
    if licence:
        expect(home.vz('doctor', '--accept-apple-licence'), 0)
    return path


def started(home):
    if not os.path.exists(home.join('record')):
        return []
    with open(home.join('record')) as file:
        return [json.loads(line) for line in file]


def is_apple():
    path = '/proc/device-tree/compatible'
    return os.path.exists(path) and b'apple,' in read(path)


def two_lines_say_what_is_missing(home):
    path = mac(home)
    use_qemu(home, 'debian', rom=False, licence=False)
    before = digests(path)
    for command in (['run', path], ['run', '--detach', path], ['run', '--headless', path]):
        done = expect(home.vz(*command), 4)
        lines = done.stderr.splitlines()
        assert len(lines) == 2, lines
        assert 'QEMU 7.2.22' in lines[0] and 'has no machine vmapple' in lines[0] and 'VZ_QEMU' in lines[0], lines
        assert 'no boot ROM is configured; set VZ_AVPBOOTER to' in lines[1], lines
    assert digests(path) == before and not started(home)
    done = expect(home.vz('doctor', '--json'), 0)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    row, = [row for row in rows if row['subject'] == 'macOS bundles']
    said = row['message'].splitlines()
    assert row['status'] == 'missing' and len(said) == (2 if is_apple() else 3), row
    expect(home.vz('check', path), 4, 'which this host cannot run', 'vmapple', 'VZ_AVPBOOTER')


def one_is_missing(home):
    path = mac(home)
    use_qemu(home, 'upstream', rom=False)
    done = expect(home.vz('run', path), 4, 'no boot ROM is configured')
    assert 'machine vmapple' not in done.stderr, done.stderr
    use_qemu(home, 'debian')
    done = expect(home.vz('run', path), 4, 'has no machine vmapple')
    assert 'boot ROM' not in done.stderr, done.stderr
    home.environment['VZ_AVPBOOTER'] = home.join('none')
    use_qemu(home, 'upstream', rom=False)
    expect(home.vz('run', path), 4, f"boot ROM '{home.join('none')}'", 'No such file')
    assert not started(home)


def the_settings_name_both(home):
    path = mac(home)
    qemu = use_qemu(home, '26x86')
    rom = home.environment.pop('VZ_AVPBOOTER')
    del home.environment['VZ_QEMU']
    with open(home.join('config', 'vz', 'vz.conf'), 'w') as file:
        file.write(f'[mac]\nqemu={qemu}\navpbooter=~/{ROM}\n')
    expect(home.vz('run', '--detach', path), 0)
    assert f'-bios {rom}' in ' '.join(started(home)[0]), started(home)
    expect(home.vz('stop', path), 0)
    with open(home.join('config', 'vz', 'vz.conf'), 'w') as file:
        file.write('[mac]\nqemu=here\n')
    expect(home.vz('run', path), 4, "qemu: 'here' found, must be an absolute path")


def the_licence_comes_first(home):
    if is_apple():
        raise Skip('this is Apple\'s hardware')
    path = mac(home)
    use_qemu(home, 'upstream', licence=False)
    before = digests(path)
    expect(home.vz('run', '--detach', path), 3, "Apple's licence", "'vz doctor --accept-apple-licence'")
    assert not started(home) and digests(path) == before
    expect(home.vz('doctor', '--accept-apple-licence'), 0, 'ok       macOS bundles')
    expect(home.vz('run', '--detach', path), 0)
    expect(home.vz('stop', path), 0)


def an_acceptance_is_a_file_and_has_no_value(home):
    use_qemu(home, 'upstream', licence=False)
    word = home.join('config', 'vz', 'apple-licence')
    expect(home.vz('doctor', '--accept-apple-licence=no'), 2, "--accept-apple-licence: 'no' found", 'takes no value')
    assert not os.path.exists(word)
    os.makedirs(os.path.dirname(word), exist_ok=True)
    for name in ('apple-licence', 'vz.conf'):
        os.mkfifo(home.join('config', 'vz', name))
        home.vz('doctor', timeout=60)
        os.remove(home.join('config', 'vz', name))


def a_damaged_one_keeps_its_identity(home):
    """Whatever else is damaged, a Mac's clone has its identifier; and every command reports what is missing."""
    path = mac(home)
    for number, data in enumerate((b'', os.urandom(100), None)):
        if data is None:
            os.remove(os.path.join(path, 'HardwareModel'))
        else:
            write(os.path.join(path, 'HardwareModel'), data)
        clone = home.join(f'clone{number}.bundle')
        if home.vz('clone', path, clone).returncode == 0:
            assert read(clone, 'MachineIdentifier') == IDENTIFIER
    other = mac(home, 'other.bundle', ecid=7)
    os.remove(os.path.join(other, 'AuxiliaryStorage'))
    assert json.loads(home.vz('show', '--json', other).stdout)['state'] == 'damaged'


def value_of(line, option):
    return [value for name, value in zip(line, line[1:]) if name == option]


def runs(home):
    path = mac(home)
    use_qemu(home, '27on86')
    before = digests(path)
    expect(home.vz('check', path), 0)
    expect(home.vz('run', '--detach', path), 0)
    line, = started(home)
    assert value_of(line, '-machine') == [f'vmapple,uuid={ECID}'], line
    assert '-nodefaults' not in line and '-sandbox' not in line and '-uuid' not in line, line
    storage = f'file.driver=file,file.filename={path}/AuxiliaryStorage,file.locking=off'
    disk = f'file.driver=file,file.filename={path}/Disk.img,file.locking=off'
    assert value_of(line, '-drive') == [
        f'if=pflash,format=raw,offset=16384,{storage}', f'if=pflash,format=raw,{disk}',
        f'if=none,id=aux,format=raw,offset=16384,{storage}', f'if=none,id=root,node-name=disk0,format=raw,{disk}'], line
    assert json.loads(expect(home.vz('show', '--json', path), 0).stdout)['state'] == 'running'
    expect(home.vz('run', '--detach', path), 6, 'in use')
    expect(home.vz('set', path, 'cpu-count=2'), 6)
    expect(home.vz('pause', path), 0)
    expect(home.vz('resume', path), 0)
    expect(home.vz('clone', path, home.join('c.bundle')), 3, 'only while it is stopped')
    expect(home.vz('backup', path, home.join('a.backup')), 3, 'only while it is stopped')
    expect(home.vz('save', path), 1, 'no QEMU has saved a Mac yet')
    expect(home.vz('stop', path), 0)
    eventually('it ends', 30, lambda: not home.processes('qemu-system-27on86'))
    assert digests(path) == before
    write_storage(os.path.join(path, 'AuxiliaryStorage'), NVRAM, STORAGE - HEADER)
    expect(home.vz('run', '--detach', path), 0)
    assert not any('offset' in word for word in started(home)[1]), started(home)[1]
    expect(home.vz('stop', path), 0)


def what_cannot_start_is_refused(home):
    path = mac(home)
    use_qemu(home, 'upstream')
    expect(home.vz('run', '--ephemeral', '--detach', path), 3, 'a Mac cannot be ephemeral')
    state = write(os.path.join(path, 'SaveFile.vzvmsave'), b'a Mac\'s')
    before = digests(path)
    expect(home.vz('run', '--detach', path), 4, "the saved state is a Mac's", 'it is kept', '--discard-state')
    assert digests(path) == before
    os.unlink(state)
    write(os.path.join(path, 'AuxiliaryStorage'), b'', STORAGE)
    before = digests(path)
    expect(home.vz('run', '--detach', path), 4, 'has no NVRAM, with or without')
    assert digests(path) == before and not started(home)


def two_at_a_time(home):
    use_qemu(home, 'upstream')
    paths = [mac(home, f'mac{number}.bundle', number) for number in (11, 12, 13)]
    end = time.monotonic() + 300
    for path in paths[:2]:
        # Another run of this test on this host may briefly occupy the places.
        while home.vz('run', '--detach', path).returncode and time.monotonic() < end:
            time.sleep(1)
    before = digests(paths[2])
    expect(home.vz('run', '--detach', paths[2]), 6, 'the number of virtual machines exceeds the limit')
    assert digests(paths[2]) == before
    expect(home.vz('stop', paths[0]), 0)
    while home.vz('run', '--detach', paths[2]).returncode and time.monotonic() < end:
        time.sleep(1)
    for path in paths[1:]:
        expect(home.vz('stop', path), 0)


def same_identity(path):
    assert read(path, 'HardwareModel') == MODEL and read(path, 'MachineIdentifier') == IDENTIFIER
    return json.loads(read(path, 'Configuration.json'))


def goes_on_as_a_bundle(home, path):
    """Shown, checked, backed up and cloned, with all its bytes the same afterwards."""
    before = digests(path)
    shown = json.loads(expect(home.vz('show', '--json', path), 0).stdout)
    assert shown['machine-identifier'] == f'{ECID:016x}' and shown['state'] == 'stopped', shown
    use_qemu(home, 'upstream')
    expect(home.vz('check', path), 0)
    expect(home.vz('backup', path, home.join('a.backup')), 0)
    expect(home.vz('clone', path, home.join('clone.bundle')), 0, 'keeps the machine identifier')
    assert digests(home.join('clone.bundle')) == before
    expect(home.vz('restore-backup', home.join('a.backup'), home.join('again.bundle')), 0)
    after = digests(home.join('again.bundle'))
    assert all(after[name] == before[name] for name in ('AuxiliaryStorage', 'MachineIdentifier', 'HardwareModel',
                                                        'Disk.img')), after
    assert digests(path) == before


def tart(home, **changes):
    folder = home.join('tart', 'sonoma')
    os.makedirs(folder)
    write(os.path.join(folder, 'disk.img'), b'tart', 1 << 20)
    write_storage(os.path.join(folder, 'nvram.bin'))
    settings = {'version': 1, 'os': 'darwin', 'arch': 'arm64', 'cpuCountMin': 2, 'cpuCount': 1,
                'memorySizeMin': 4294967296, 'memorySize': 256 << 20, 'macAddress': '7A:47:bb:5f:97:c9',
                'display': {'width': 1024, 'height': 768}, 'ecid': base64.b64encode(IDENTIFIER).decode(),
                'hardwareModel': base64.b64encode(MODEL).decode(), **changes}
    with open(os.path.join(folder, 'config.json'), 'w') as file:
        json.dump(settings, file)
    return folder


def imports_of_tart(home):
    folder = tart(home)
    write(os.path.join(folder, 'state.vzvmsave'), b'saved')
    before = digests(folder)
    path = home.join('mac.bundle')
    done = expect(home.vz('import', folder, path), 0, 'left out: state.vzvmsave: ')
    assert done.stdout == path + '\n'
    assert digests(folder) == before
    settings = same_identity(path)
    assert settings['cpu-count'] == 1 and settings['memory-size'] == 256 << 20, settings
    assert settings['network-devices'][0]['mac-address'] == '7a:47:bb:5f:97:c9', settings
    assert settings['graphics-devices'][0]['displays'][0]['width-in-pixels'] == 1024, settings
    assert read(path, 'Disk.img') == read(folder, 'disk.img')
    assert read(path, 'AuxiliaryStorage') == read(folder, 'nvram.bin')
    goes_on_as_a_bundle(home, path)
    expect(home.vz('import', folder, path), 1, 'exists')


def imports_of_macosvm(home):
    folder = home.join('macosvm')
    os.mkdir(folder)
    write(os.path.join(folder, 'disk.img'), b'macosvm', 1 << 20)
    write_storage(os.path.join(folder, 'aux.img'))
    settings = {'version': 1, 'cpus': 1, 'ram': 256 << 20, 'hardwareModel': base64.b64encode(MODEL).decode(),
                'machineId': base64.b64encode(IDENTIFIER).decode(), 'audio': True,
                'storage': [{'type': 'disk', 'file': 'disk.img', 'readOnly': False}, {'type': 'aux', 'file': 'aux.img', 'readOnly': 1},
                            {'type': 'disk', 'file': 'more.img'}],
                'displays': [{'width': 2560, 'height': 1600, 'dpi': 200}], 'networks': [{'type': 'nat'}, {'type': 'bridge'}],
                'shares': [{'path': '/Users'}]}
    config = os.path.join(folder, 'vm.json')
    with open(config, 'w') as file:
        json.dump(settings, file)
    before = digests(folder)
    path = home.join('mac.bundle')
    done = expect(home.vz('import', '--json', config, path), 0)
    left = last_event(done)['left-out']
    assert [line.split(' ')[0].rstrip(':') for line in left] == ['storage[1]', 'storage[2]', 'networks[1]', 'audio', 'shares'], left
    assert digests(folder) == before
    made = same_identity(path)
    assert made['graphics-devices'][0]['displays'][0]['pixels-per-inch'] == 200, made
    assert len(made['network-devices']) == 1 and made['keyboards'] == [{'type': 'VzUSBKeyboardConfiguration'}], made
    goes_on_as_a_bundle(home, path)
    for key, wrong in (('audio', 'loud'), ('shares', {}), ('version', 2)):
        with open(config, 'w') as file:
            json.dump({**settings, key: wrong}, file)
        expect(home.vz('import', folder, home.join('b.bundle')), 3 if key == 'version' else 4, f'{key}: ', 'found, must be')
    # Without its identifier, the number is taken from the storage.
    del settings['machineId']
    with open(config, 'w') as file:
        json.dump(settings, file)
    expect(home.vz('import', folder, home.join('b.bundle')), 4, 'machineId: nothing found, and', 'has no ECID')
    with open(os.path.join(folder, 'aux.img'), 'r+b') as file:
        file.seek(0x6c803)
        file.write(b'\x16\x04ECID\x02\x09\0' + ECID.to_bytes(8, 'big'))
    expect(home.vz('import', folder, home.join('b.bundle')), 0)
    same_identity(home.join('b.bundle'))


def virtual_buddy(home, fmt, **changes):
    folder = home.join('Mac.vbvm')
    os.makedirs(os.path.join(folder, '.vbdata'))
    write(os.path.join(folder, 'Disk.img'), b'buddy', 1 << 20)
    write_storage(os.path.join(folder, 'AuxiliaryStorage'))
    write(os.path.join(folder, 'HardwareModel'), MODEL)
    write(os.path.join(folder, 'MachineIdentifier'), IDENTIFIER)
    hardware = {
        'cpuCount': 1, 'memorySize': 256 << 20, 'pointingDevice': {'kind': 1}, 'keyboardDevice': {'kind': 1},
        'displayDevices': [{'id': 'A', 'name': 'Default', 'width': 1920, 'height': 1080, 'pixelsPerInch': 144}],
        'networkDevices': [{'id': 'Default', 'name': 'Default', 'kind': 0, 'macAddress': 'EE:B2:6A:1A:A9:F4'}],
        'soundDevices': [{'id': 'B', 'name': 'Default', 'enableOutput': True, 'enableInput': True}],
        'storageDevices': [
            {'id': 'C', 'isBootVolume': True, 'isEnabled': True, 'isReadOnly': True, 'isUSBMassStorageDevice': False,
             'backing': {'managedImage': {'_0': {'id': '__BOOT__', 'filename': 'Disk', 'size': 1 << 20, 'format': 0}}}},
            {'id': 'D', 'isBootVolume': False, 'isEnabled': True, 'isReadOnly': False, 'isUSBMassStorageDevice': False,
             'backing': {'customImage': {'_0': 'file:///Users/me/more.img'}}}],
        'NVRAM': [{'name': 'boot-args', 'value': '-v'}], **changes}
    with open(os.path.join(folder, '.vbdata', 'Config.plist'), 'wb') as file:
        plistlib.dump({'hardware': hardware, 'sharedFolders': [], 'systemType': 'mac'}, file, fmt=fmt)
    return folder


def imports_of_virtual_buddy(home):
    for fmt in (plistlib.FMT_BINARY, plistlib.FMT_XML):
        with_home = Home()
        try:
            folder = virtual_buddy(with_home, fmt)
            before = digests(folder)
            path = with_home.join('mac.bundle')
            done = expect(with_home.vz('import', '--json', folder, path), 0)
            left = last_event(done)['left-out']
            assert [line.split(':')[0] for line in left] == ['storageDevices[0]', 'storageDevices[1]', 'soundDevices', 'NVRAM'], left
            assert digests(folder) == before
            made = same_identity(path)
            assert made['network-devices'][0]['mac-address'] == 'ee:b2:6a:1a:a9:f4', made
            assert made['pointing-devices'] == [{'type': 'VzMacTrackpadConfiguration'}], made
            goes_on_as_a_bundle(with_home, path)
        finally:
            with_home.close()


def imports_of_utm(home):
    folder = home.join('Mac.utm')
    os.makedirs(os.path.join(folder, 'Data'))
    write(os.path.join(folder, 'Data', 'A.img'), b'utm', 1 << 20)
    write_storage(os.path.join(folder, 'Data', 'AuxiliaryStorage'))
    write(os.path.join(folder, 'config.plist'), plistlib.dumps({
        'Backend': 'Apple', 'ConfigurationVersion': 4,
        'System': {'Architecture': 'aarch64', 'CPUCount': 0, 'MemorySize': 4096, 'Boot': {'OperatingSystem': 'macOS'},
                   'MacPlatform': {'HardwareModel': MODEL, 'MachineIdentifier': IDENTIFIER,
                                   'AuxiliaryStoragePath': 'AuxiliaryStorage'}},
        'Drive': [{'ImageName': 'A.img', 'ReadOnly': False, 'SizeMib': 1}],
        'Display': [{'WidthPixels': 1280, 'HeightPixels': 800, 'PixelsPerInch': 80, 'DynamicResolution': True}],
        'Network': [{'Mode': 'Shared', 'MacAddress': '7a:47:bb:5f:97:c9'}]}))
    before, path = digests(folder), home.join('mac.bundle')
    expect(home.vz('import', folder, path), 0, 'must not run alongside it')
    assert digests(folder) == before
    settings = same_identity(path)
    assert settings['cpu-count'] >= 1 and settings['memory-size'] == 4 << 30, settings  # UTM's 0: all available ones
    assert settings['network-devices'][0]['mac-address'] == '7a:47:bb:5f:97:c9', settings
    assert settings['graphics-devices'][0]['displays'][0]['width-in-pixels'] == 1280, settings
    assert read(path, 'Disk.img') == read(folder, 'Data', 'A.img')
    goes_on_as_a_bundle(home, path)


def imports_of_nothing_else(home):
    path = home.join('new.bundle')
    empty = home.join('empty')
    os.mkdir(empty)
    disk = os.path.join(tart(home), 'disk.img')
    settings = os.path.join(home.join('tart', 'sonoma'), 'config.json')
    good = json.loads(read(settings))

    def refused(code, text, place=home.join('tart', 'sonoma'), **changes):
        with open(settings, 'w') as file:
            json.dump({**good, **changes}, file)
        expect(home.vz('import', place, path), code, text)
        assert not os.path.exists(path) and not [name for name in os.listdir(home.path) if 'partial' in name]

    refused(5, 'does not exist', home.join('none'))
    refused(4, 'it is not the folder of a tart', empty)
    refused(4, 'it is already a VM bundle', mac(home))
    refused(3, "os: 'windows' found, must be darwin or linux", os='windows')
    refused(3, 'only a Mac can convert it', diskFormat='asif')
    refused(3, "arch: 'amd64' found, must be arm64", arch='amd64')
    refused(3, 'version: 2 found, must be 1', version=2)
    refused(4, 'version: nothing found, must be set', version=None)
    refused(4, 'pixels of width: 0 found', display={'width': 0, 'height': 0})
    refused(4, 'cpuCount: "two" found, must be a whole number', cpuCount='two')
    refused(4, 'cpuCount: 2.5 found, must be a whole number', cpuCount=2.5)
    refused(4, 'found, must be an object', display=['x' * 500])
    for memory in (1, (256 << 20) + 1):
        refused(4, f'bytes of memory: {memory} found', memorySize=memory)
    refused(4, 'must be unicast', macAddress='01:00:5e:00:00:01')
    refused(4, 'is not a MAC address', macAddress='here')
    refused(4, 'ecid: nothing found, must be set', ecid=None)
    refused(4, 'hardware model', hardwareModel=good['ecid'])
    buddy = virtual_buddy(home, plistlib.FMT_XML)
    config = os.path.join(buddy, '.vbdata', 'Config.plist')
    whole = plistlib.loads(read(config))
    network, = whole['hardware']['networkDevices'][:1]
    for text, changes in (('networkDevices', {'networkDevices': 'x'}), ('networkDevices[0]', {'networkDevices': [1]}),
                          ('pointingDevice', {'pointingDevice': 5}), ('kind', {'pointingDevice': {'kind': 77}}),
                          ('found twice', {'networkDevices': [network, network]})):
        write(config, plistlib.dumps({**whole, 'hardware': {**whole['hardware'], **changes}}))
        refused(4, text, buddy)
    write(disk, b'shdw', 1 << 20)
    refused(3, 'ASIF')
    write(disk, b'', 1000)
    refused(4, 'must be a multiple of 512')
    write(disk, b'', 1 << 20)
    with open(disk, 'r+b'):
        refused(6, 'disk.img')


main([two_lines_say_what_is_missing, one_is_missing, the_settings_name_both, the_licence_comes_first,
      an_acceptance_is_a_file_and_has_no_value, a_damaged_one_keeps_its_identity, runs,
      what_cannot_start_is_refused, two_at_a_time, imports_of_tart, imports_of_macosvm, imports_of_virtual_buddy,
      imports_of_utm, imports_of_nothing_else])

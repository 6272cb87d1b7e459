#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`vz import` of Linux machines: folders and files in the form in which the other programs write them. For Macs, see
test-mac.py."""
import hashlib
import json
import os
import plistlib
import shutil
import subprocess
import sys

HERE = os.path.dirname(__file__)
sys.path.insert(0, os.path.join(HERE, '..', 'disk'))
import disks  # noqa: E402  pylint: disable=wrong-import-position
from vztest import expect, last_event, main  # noqa: E402  pylint: disable=wrong-import-position

MIB = 1 << 20
ARCHITECTURE = os.uname().machine
APPLES = {'x86_64': 'amd64', 'aarch64': 'arm64'}[ARCHITECTURE]
MAC = '52:54:00:12:34:56'
VARIABLES = {'x86_64': '/usr/share/OVMF/OVMF_VARS_4M.fd', 'aarch64': '/usr/share/AAVMF/AAVMF_VARS.fd'}[ARCHITECTURE]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb' if isinstance(text, bytes) else 'w') as file:
        file.write(text)
    return path


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def raw_disk(home):
    path = home.join('raw')
    return path if os.path.exists(path) else disks.make_raw(path)


def digests(folder):
    found = {}
    for here, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(here, name), 'rb') as file:
                found[os.path.join(here, name)] = hashlib.sha256(file.read()).hexdigest()
    return found


def variables(note):
    """Of firmware like ours, with contents that ours do not have at first."""
    with open(VARIABLES, 'rb') as file:
        data = bytearray(file.read())
    data[0x4000:0x4000 + len(note)] = note
    return bytes(data)


def imports(home, place, *left_out, source=None, cpus=None, memory=None, address=MAC):
    """Imports, checks that the bundle is well and the source unchanged, and returns the configuration."""
    bundle = home.join('imported.bundle')
    shutil.rmtree(bundle, ignore_errors=True)
    before = digests(source or place)
    done = expect(home.vz('import', '--json', place, bundle), 0)
    said = last_event(done)['left-out']
    assert len(said) == len(left_out), said
    for text, line in zip(left_out, said):
        assert text in line, (text, said)
    assert digests(source or place) == before
    expect(home.vz('check', bundle), 0)
    found = json.loads(read(os.path.join(bundle, 'Configuration.json')))
    assert cpus is None or found['cpu-count'] == cpus, found
    assert memory is None or found['memory-size'] == memory, found
    assert address is None or found['network-devices'][0]['mac-address'] == address, found
    with open(os.path.join(bundle, 'Disk.img'), 'rb') as disk, open(raw_disk(home), 'rb') as raw:
        assert disk.read() == raw.read()
    return found


def tart(home, **changes):
    folder = home.join('tart', 'ubuntu')
    settings = {'version': 1, 'os': 'linux', 'arch': APPLES, 'cpuCountMin': 1, 'cpuCount': 2, 'memorySizeMin': 256 * MIB,
                'memorySize': 512 * MIB, 'macAddress': MAC, 'display': {'width': 1024, 'height': 768}}
    write(os.path.join(folder, 'config.json'), json.dumps({**settings, **changes}))
    write(os.path.join(folder, 'nvram.bin'), bytes(128 * 1024))
    shutil.copy(raw_disk(home), os.path.join(folder, 'disk.img'))
    return folder


def of_tart(home):
    found = imports(home, tart(home), 'nvram.bin', cpus=2, memory=512 * MIB)
    scanout = found['graphics-devices'][0]['scanouts'][0]
    assert (scanout['width-in-pixels'], scanout['height-in-pixels']) == (1024, 768), scanout
    expect(home.vz('import', tart(home), home.join('imported.bundle')), 1, 'already exists')


def utm(home, **changes):
    folder = home.join('Fedora.utm')
    shutil.rmtree(folder, ignore_errors=True)
    settings = {
        'Backend': 'QEMU', 'ConfigurationVersion': 4, 'Information': {'Name': 'Fedora', 'UUID': 'A' * 8},
        'System': {'Architecture': ARCHITECTURE, 'CPU': 'default', 'CPUCount': 0, 'MemorySize': 768, 'Target': 'q35'},
        'QEMU': {'UEFIBoot': True, 'RNGDevice': True},
        'Display': [{'Hardware': 'virtio-gpu-pci', 'DynamicResolution': True}],
        'Drive': [{'Identifier': 'C', 'ImageType': 'CD', 'Interface': 'USB', 'ReadOnly': True},
                  {'Identifier': 'D', 'ImageName': 'D.qcow2', 'ImageType': 'Disk', 'Interface': 'VirtIO', 'ReadOnly': False}],
        'Network': [{'Hardware': 'virtio-net-pci', 'MacAddress': MAC, 'Mode': 'Bridged', 'BridgeInterface': 'en0'},
                    {'Hardware': 'virtio-net-pci', 'MacAddress': '52:54:00:12:34:57', 'Mode': 'Shared'}],
        'Sharing': {'DirectoryShareMode': 'None'}, 'Serial': [], 'Sound': [], 'Input': {}}
    for key, value in changes.items():
        settings[key] = value
    write(os.path.join(folder, 'config.plist'), plistlib.dumps(settings))
    os.makedirs(os.path.join(folder, 'Data'))
    disks.convert(raw_disk(home), os.path.join(folder, 'Data', 'D.qcow2'), 'qcow2')
    return folder


def of_utm(home):
    folder = utm(home)
    write(os.path.join(folder, 'Data', 'efi_vars.fd'), variables(b'of UTM'))
    found = imports(home, folder, 'Drive[0]: CD', 'Network[0] (Bridged)', memory=768 * MIB)
    assert [device['mac-address'] for device in found['network-devices']] == [MAC, '52:54:00:12:34:57'], found
    assert found['network-devices'][0]['attachment']['published-ports'][0]['guest-port'] == 22, found
    with open(home.join('imported.bundle', 'AuxiliaryStorage'), 'rb') as file:
        assert file.read() == variables(b'of UTM')
    # Those of another size belong to other firmware.
    write(os.path.join(folder, 'Data', 'efi_vars.fd'), bytes(4096))
    imports(home, folder, 'Drive[0]', 'Network[0]', 'efi_vars.fd')


QUICKEMU = '''#!/usr/bin/quickemu --vm
guest_os="linux"
disk_img="debian/disk.qcow2"
iso="debian/debian.iso"
cpu_cores="2"
ram='1G'
macaddr={mac}
tpm="on"
port_forwards=("8080:80")
'''


def quickemu(home, text=QUICKEMU.format(mac=MAC)):
    folder = home.join('quickemu')
    shutil.rmtree(folder, ignore_errors=True)
    write(os.path.join(folder, 'debian.conf'), text)
    os.makedirs(os.path.join(folder, 'debian'))
    disks.convert(raw_disk(home), os.path.join(folder, 'debian', 'disk.qcow2'), 'qcow2')
    write(os.path.join(folder, 'debian', 'OVMF_VARS.fd'), variables(b'of quickemu'))
    return os.path.join(folder, 'debian.conf')


def of_quickemu(home):
    place = quickemu(home)
    imports(home, place, 'tpm', 'port_forwards', source=os.path.dirname(place), cpus=2, memory=1 << 30)
    with open(home.join('imported.bundle', 'AuxiliaryStorage'), 'rb') as file:
        assert file.read() == variables(b'of quickemu')
    imports(home, quickemu(home, 'guest_os=linux\ndisk_img=debian/disk.qcow2\n'), source=os.path.dirname(place), address=None)


LIBVIRT = '''<!-- made by virsh -->
<domain type='kvm'>
  <name>web</name>
  <memory unit='KiB'>{memory}</memory>
  <currentMemory unit='KiB'>1024</currentMemory>
  <vcpu placement='static'>2</vcpu>
  <os firmware='efi'><type arch='{arch}' machine='pc-q35-7.2'>hvm</type>
    <nvram template='/x'>{folder}/web_VARS.fd</nvram></os>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
    <disk type='file' device='disk'><driver name='qemu' type='vmdk'/><source file='{disk}'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='disk'><source file='/other'/><target dev='vdb' bus='virtio'/></disk>
    <interface type='bridge'><mac address='{mac}'/><source bridge='br0'/></interface>
    <filesystem type='mount'><source dir='/srv'/><target dir='srv'/></filesystem>
  </devices>
</domain>
'''


def libvirt(home, **changes):
    folder = home.join('libvirt')
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    disk = disks.convert(raw_disk(home), os.path.join(folder, 'web.vmdk'), 'vmdk')
    values = {'arch': ARCHITECTURE, 'memory': 512 * 1024, 'folder': folder, 'disk': disk, 'mac': MAC, **changes}
    return write(os.path.join(folder, 'web.xml'), LIBVIRT.format(**values))


def of_libvirt(home):
    place = libvirt(home)
    imports(home, place, 'cdrom', "disk: '/other'", "'bridge'", 'filesystem', 'web_VARS.fd', source=os.path.dirname(place),
            cpus=2, memory=512 * MIB)


LIMA = '''# made by limactl
arch: {arch}
images:
- location: "https://example.com/a.img"
  arch: "x86_64"
cpus: 2
memory: "1GiB"
disk: 100GiB
mounts:
- location: "~"
  writable: false
- location: "/tmp/lima"
  writable: true
firmware:
  legacyBIOS: false
provision:
- mode: system
  script: |
    #!/bin/sh
    echo "cpus: 7"
'''


def lima(home, text=LIMA.format(arch=ARCHITECTURE)):
    folder = home.join('.lima', 'default')
    shutil.rmtree(folder, ignore_errors=True)
    write(os.path.join(folder, 'lima.yaml'), text)
    return folder


def of_lima(home):
    """QEMU writes to an overlay on the fetched image; in new versions everything is in one file."""
    folder = lima(home)
    raw = raw_disk(home)
    base, top = os.path.join(folder, 'basedisk'), os.path.join(folder, 'diffdisk')
    with open(raw, 'rb') as file:
        data = file.read()
    write(base, data[:40 * MIB] + bytes(len(data) - 40 * MIB))
    disks.run('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw', top)
    for at in range(40, len(data) // MIB, 4):
        piece = write(home.join('piece'), data[at * MIB:(at + 4) * MIB])
        disks.run('qemu-io', '-f', 'qcow2', '-c', f'write -q -s {piece} {at}M {os.path.getsize(piece)}', top)
    mounts = "mounts[0]: the shared folder '~'", 'mounts[1]'
    imports(home, folder, *mounts, cpus=2, memory=1 << 30, address=None)
    # The name in the image leads nowhere.
    disks.run('qemu-img', 'rebase', '-u', '-b', '/etc/passwd', '-F', 'raw', top)
    imports(home, folder, *mounts, address=None)
    os.unlink(base)
    expect(home.vz('import', folder, home.join('none.bundle')), 4, 'without its backing file')
    os.unlink(top)
    shutil.copy(raw, os.path.join(folder, 'disk'))
    imports(home, folder, *mounts, address=None)


def larger_than_this_host(home):
    """A machine from a better host gets what this host has, and the rest is reported."""
    cpus, memory = os.cpu_count(), os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES')
    place = libvirt(home, memory=memory * 64 // 1024)
    text = read(place).replace('>2</vcpu>', f'>{cpus + 2}</vcpu>')
    write(place, text)
    said = (f'{cpus + 2} processors: the machine gets {cpus}', 'of memory: the machine gets')
    bundle = home.join('large.bundle')
    done = expect(home.vz('import', '--json', place, bundle), 0)
    assert all(any(part in line for line in last_event(done)['left-out']) for part in said), done.stdout
    found = json.loads(read(os.path.join(bundle, 'Configuration.json')))
    assert found['cpu-count'] == cpus and found['memory-size'] < memory * 64, found
    expect(home.vz('check', bundle), 0)


def refused(home, place, code, *texts):
    bundle = home.join('refused.bundle')
    expect(home.vz('import', place, bundle), code, *texts)
    assert not os.path.exists(bundle) and not os.path.exists(home.join('.refused.bundle.partial'))


def what_cannot_be_imported(home):
    refused(home, tart(home, os='windows'), 3, "os: 'windows' found, must be darwin or linux")
    refused(home, tart(home, arch='riscv64'), 3, "arch: 'riscv64' found, must be x86_64 or aarch64")
    refused(home, tart(home, macAddress='53:54:00:12:34:56'), 4, 'must be unicast')
    refused(home, utm(home, ConfigurationVersion=3), 3, 'ConfigurationVersion: 3 found, must be 4')
    refused(home, utm(home, Drive=[]), 3, 'listed in Drive')
    refused(home, utm(home, Drive=[{'ImageName': '../../x', 'ImageType': 'Disk'}]), 4, "'../../x' is not a file's name")
    refused(home, utm(home, System={'CPUCount': 1, 'MemorySize': 512, 'Architecture': 'm68k'}), 3, "'m68k' found")
    refused(home, quickemu(home, 'guest_os="windows"\ndisk_img="d"\n'), 3, "guest_os: 'windows' found, must be linux")
    refused(home, quickemu(home, 'guest_os="linux"\ndisk_img="$(touch pwned)"\n'), 4, 'disk_img:', 'must be plain text')
    refused(home, quickemu(home, 'guest_os="linux"\nram="lots"\ndisk_img="d"\n'), 4, "ram: 'lots' found")
    refused(home, quickemu(home, 'a=b\n'), 4, 'guest_os: it is missing')
    refused(home, libvirt(home, memory='much'), 4, "memory: 'much'")
    refused(home, libvirt(home, arch='s390x'), 3, "'s390x' found")
    place = libvirt(home)
    write(place, read(place).replace('<source file=', '<source name='))
    refused(home, place, 3, 'none of its disks is a file on this host')
    refused(home, libvirt(home, disk='/nowhere/web.qcow2'), 5, '/nowhere/web.qcow2')
    refused(home, write(home.join('x.xml'), '<network><name>a</name></network>'), 4, "'<network>' found, must be a libvirt <domain>")
    refused(home, write(home.join('x.xml'), '<domain><memory>'), 4, 'x.xml')
    refused(home, lima(home, 'cpus: [\n'), 4, 'lima.yaml: line')
    refused(home, lima(home, 'arch: s390x\n'), 3, "arch: 's390x' found")
    refused(home, lima(home, 'a: &x b\ncpus: *x\n'), 4, 'alias')
    refused(home, lima(home, 'cpus: none\n'), 4, "cpus: 'none' found")
    refused(home, lima(home, f'{"k" * 257}: [{"a, " * 1000}]\n'), 4, 'a key of more than 256 bytes')
    refused(home, utm(home, Drive=['x']), 4, 'Drive[0]: it is not a dictionary')
    refused(home, lima(home), 5, 'diffdisk')


def a_running_machine_is_left_alone(home):
    place = quickemu(home)
    disk = os.path.join(os.path.dirname(place), 'debian', 'disk.qcow2')
    holder = subprocess.Popen(['qemu-io', '-f', 'qcow2', disk], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        holder.stdin.write(b'read 0 512\n')
        holder.stdin.flush()
        holder.stdout.readline()
        refused(home, place, 6, 'disk.qcow2', str(holder.pid))
    finally:
        holder.stdin.close()
        holder.wait(timeout=60)


main([of_tart, of_utm, of_quickemu, of_libvirt, of_lima, larger_than_this_host, what_cannot_be_imported,
      a_running_machine_is_left_alone])

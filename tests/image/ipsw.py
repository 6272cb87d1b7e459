# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes restore images of Apple's shape, for macOS and for Linux, right or wrong on purpose.

The names are those of macOS 15.5; the content is noise with the headers that matter. What the digest of a component
covers follows the rules of Image4 for its payloads; that of a disk image (OS, Cryptex) is over the whole file unless
the maker is told otherwise, since nobody has told us what it covers.
"""
import hashlib
import plistlib
import random

import image4
from sparsezip import DEFLATED, STORED, SparseZip, Zeros, size_of

RAMDISK, SYSTEM, BASE = '044-87893-111.dmg', '044-87952-101.dmg.aea', '022-18869-108.dmg.aea'
CRYPTEX_APP, CRYPTEX_SYSTEM = '044-87834-111.dmg', '044-87878-104.dmg.aea'
BOOTABILITY = 'BootabilityBundle/Restore/Firmware/Bootability.dmg.trustcache'
ERASE, UPGRADE, CUSTOMER = 'Customer Erase Install (IPSW)', 'Customer Upgrade Install (IPSW)', 'macOS Customer'
CHUNK = 4 << 20
NOISE = 256  # a chunk of noise; numbers below stand for a chunk of that byte, None for one of zeros
# Disk images: member -> share of the bytes that the small members leave.
DISK_IMAGES = {SYSTEM: 0.60, CRYPTEX_SYSTEM: 0.30, BASE: 0.07, CRYPTEX_APP: 0.03}
HASH_METHOD = {'HashMethod': 'sha2-384'}

# Components of an identity: name, path with the board's names put in, type in the file (None: no Image4 file), keys of
# Info. Types of our own choice stand where none is known.
BOARD_ROWS = [
    ('iBSS', 'Firmware/dfu/iBSS.{chip}.RELEASE.im4p', 'ibss', {}),
    ('iBEC', 'Firmware/dfu/iBEC.{chip}.RELEASE.im4p', 'ibec', {}),
    ('LLB', 'Firmware/all_flash/LLB.{chip}.RELEASE.im4p', 'illb', {'IsFirmwarePayload': True}),
    ('iBoot', 'Firmware/all_flash/iBoot.{chip}.RELEASE.im4p', 'ibot', {'IsFirmwarePayload': True}),
    ('DeviceTree', 'Firmware/all_flash/DeviceTree.{board}.im4p', 'dtre', {'IsFirmwarePayload': True}),
    ('RestoreDeviceTree', 'Firmware/all_flash/DeviceTree.{board}.im4p', 'dtre', {'Img4PayloadType': 'rdtr'}),
    ('KernelCache', 'kernelcache.release.{kernel}', 'krnl', {}),
    ('RestoreKernelCache', 'kernelcache.release.{kernel}', 'krnl', {'Img4PayloadType': 'rkrn'}),
]
COMMON_ROWS = [
    ('AppleLogo', 'Firmware/all_flash/applelogo@2x~mac-USBc.im4p', 'logo', {'IsFirmwarePayload': True}),
    ('RestoreLogo', 'Firmware/all_flash/applelogo@2x~mac-USBc.im4p', 'logo', {'Img4PayloadType': 'rlgo'}),
    ('RecoveryMode', 'Firmware/all_flash/recoverymode@2x~mac-USBc.im4p', 'recm', {'IsFirmwarePayload': True}),
    ('Ap,rOSLogo1', 'Firmware/all_flash/recoveryoslogo1@2x~mac-USBc.im4p', 'rlg1', {'IsFirmwarePayload': True}),
    ('Ap,rOSLogo2', 'Firmware/all_flash/recoveryoslogo2@2x~mac-USBc.im4p', 'rlg2', {'IsFirmwarePayload': True}),
    ('RestoreRamDisk', RAMDISK, 'rdsk', {}),
    ('RestoreTrustCache', f'Firmware/{RAMDISK}.trustcache', 'trst',
     {'Img4PayloadType': 'rtsc', 'IsFUDFirmware': True, 'IsLoadedByiBoot': True}),
    ('OS', SYSTEM, None, {**HASH_METHOD, 'Personalize': False}),
    ('SystemVolume', f'Firmware/{SYSTEM}.root_hash', 'isys', {'IsFUDFirmware': True}),
    ('StaticTrustCache', f'Firmware/{SYSTEM}.trustcache', 'trst', {'IsFUDFirmware': True}),
    ('Ap,SystemVolumeCanonicalMetadata', f'Firmware/{SYSTEM}.mtree', 'msys', {'IsFUDFirmware': True}),
    ('BaseSystem', BASE, None, {}),
    ('BaseSystemVolume', f'Firmware/{BASE}.root_hash', 'bsys', {}),
    ('Ap,BaseSystemTrustCache', f'Firmware/{BASE}.trustcache', 'bstc', {}),
    ('Cryptex1,SystemOS', CRYPTEX_SYSTEM, None, {**HASH_METHOD, 'Personalize': False}),
    ('Cryptex1,SystemVolume', f'Firmware/{CRYPTEX_SYSTEM}.root_hash', 'csys', HASH_METHOD),
    ('Cryptex1,SystemTrustCache', f'Firmware/{CRYPTEX_SYSTEM}.trustcache', 'trcs', HASH_METHOD),
    ('Cryptex1,AppOS', CRYPTEX_APP, None, {**HASH_METHOD, 'Personalize': False}),
    ('Cryptex1,AppVolume', f'Firmware/{CRYPTEX_APP}.root_hash', 'casy', HASH_METHOD),
    ('Cryptex1,AppTrustCache', f'Firmware/{CRYPTEX_APP}.trustcache', 'trca', HASH_METHOD),
]
# A complete IMG4 file; real ones have it in a manifest of their own, but the rule for its digest is the same.
BOOTABILITY_ROW = ('BootabilityTrustCache', BOOTABILITY, 'trbb', {})
MAC_ROWS = [
    ('SEP', 'Firmware/all_flash/sep-firmware.{board}.RELEASE.im4p', 'sepi', {'IsFirmwarePayload': True}),
    ('RestoreSEP', 'Firmware/all_flash/sep-firmware.{board}.RELEASE.im4p', 'sepi', {'Img4PayloadType': 'rsep'}),
    # A coprocessor's, with SHA-256; one without a digest; one that is in no file.
    ('Savage,B0-Prod-Patch', 'Firmware/Savage/Savage.B0-Prod.fw', None, {}),
    ('AVEFirmware', 'Firmware/ave/AppleAVE2FW_{chip}.bin', None, {}),
    ('Diags', None, None, {}),
]
MACS = [('j274ap', 'Macmini9,1', 0x22, 0x8103, 'j274', 'mac13g'), ('j293ap', 'MacBookPro17,1', 0x24, 0x8103, 'j293', 'mac13g'),
        ('j375dap', 'Mac13,2', 0x0C, 0x6002, 'j375d', 'mac13j')]


class Component:
    """A component of the manifest, before it becomes a dict."""

    def __init__(self, name, path, kind, info):
        self.name, self.path, self.kind, self.info = name, path, kind, dict(info)
        self.digest = None
        self.extra = {}

    def as_dict(self):
        result = {'Info': {**({'Path': self.path} if self.path else {}), **self.info}, **self.extra}
        if self.digest is not None:
            result['Digest'] = self.digest
        if not self.name.startswith('Cryptex1,'):
            result['Trusted'] = True
        return result


class Recipe:  # pylint: disable=too-few-public-methods
    """What is asked for; the command's options have the same names."""

    def __init__(self, **wishes):
        self.os, self.size, self.members, self.devices, self.seed = 'macos', 0, 0, 2, 1
        self.version, self.build, self.host, self.architecture = None, None, '13.0.0', 'x86_64'
        self.junk = self.descriptors = self.zip64 = self.dense = self.other_digest = False
        self.fault, self.link = [], []
        self.__dict__.update(wishes)


class Maker:
    """Makes one image. After make(): members (sparsezip.Member) and identities (info, components)."""

    def __init__(self, recipe):
        self.recipe = recipe
        self.random = random.Random(recipe.seed)
        self.contents = {}  # path -> (parts, method, mode)
        self.covered = {}   # path -> bytes that its digest is taken of
        self.identities = []  # of (dict, list of Component)
        self.members = []
        self.faults = [fault.partition(':')[::2] for fault in recipe.fault]
        self.noise = self.random.randbytes(CHUNK)

    def put(self, path, parts, method=DEFLATED, mode=0o100644):
        self.contents[path] = (parts, method, mode)

    def put_noise(self, path, low=200, high=4000, method=DEFLATED):
        self.put(path, [self.random.randbytes(self.random.randint(low, high))], method)

    def disk_image(self, size, magic):
        """Noise at both ends, so that a shift or a cut shows; between them a hole, or noise as well."""
        head, tail = magic + self.random.randbytes(65536 - len(magic)), self.random.randbytes(4097)
        middle = max(size - len(head) - len(tail), 0)
        if not self.recipe.dense:
            return [head, Zeros(middle), tail]
        return [head] + [self.noise] * (middle // CHUNK) + [self.noise[:middle % CHUNK], tail]

    def bytes_so_far(self):
        return sum(size_of(parts) for parts, _, _ in self.contents.values())

    def fill(self):
        """Small members up to the number asked for; every third is stored."""
        for number in range(self.recipe.members - len(self.contents)):
            self.put_noise(f'Firmware/extra/{number // 100:03}/item-{number:05}.bin', 10, 1500,
                           DEFLATED if number % 3 else STORED)

    def add_junk(self):
        """What a packer of macOS adds when somebody packs an image again."""
        for path in [path for path in self.contents if not path.endswith('/')][:20]:
            folder, _, name = path.rpartition('/')
            self.put_noise(f'__MACOSX/{folder}/._{name}' if folder else f'__MACOSX/._{name}', 100, 300)

    def write(self, path, manifest):
        archive = SparseZip(path, zip64=self.recipe.zip64, descriptors=self.recipe.descriptors)
        contents = {'BuildManifest.plist': ([plistlib.dumps(manifest)], DEFLATED, 0o100644), **self.contents}
        changes = {what: MEMBER_FAULTS[kind] for kind, what in self.faults if kind in MEMBER_FAULTS}
        for name, (parts, method, mode) in contents.items():
            for change in changes.pop(name, lambda *_: [None])(archive):
                archive.add(name, parts, method, mode, change)
        if changes:
            raise ValueError(f'no member {sorted(changes)}')
        for kind, what in self.faults:
            if kind in ARCHIVE_FAULTS:
                ARCHIVE_FAULTS[kind](archive, what)
        archive.close()
        self.members = archive.members

    def spoil_components(self):
        for kind, name in self.faults:
            if kind not in COMPONENT_FAULTS:
                continue
            found = [one for _, components in self.identities for one in components if one.name == name]
            if not found:
                raise ValueError(f'no component {name}')
            for component in found:
                COMPONENT_FAULTS[kind](component)

    def make(self, path):
        known = {*MEMBER_FAULTS, *ARCHIVE_FAULTS, *COMPONENT_FAULTS}
        if unknown := [kind for kind, _ in self.faults if kind not in known]:
            raise ValueError(f'no fault {unknown}, there are {sorted(known)}')
        manifest = self.prepare()
        self.fill()
        if self.recipe.junk:
            self.add_junk()
        for name, _, target in (link.partition('=') for link in self.recipe.link):
            self.put(name, [target.encode()], STORED, 0o120755)
        self.fill_disk()
        self.spoil_components()
        manifest['BuildIdentities'] = [
            {**info, 'Manifest': {one.name: one.as_dict() for one in components}} for info, components in self.identities]
        self.write(path, manifest)


class MacMaker(Maker):
    """An image for Macs and for the virtual Mac."""

    def prepare(self):
        recipe = self.recipe
        self.version, self.build = recipe.version or '15.5', recipe.build or '24F74'
        macs = MACS[:recipe.devices]
        for number in range(len(macs), recipe.devices):
            macs.append((f'j{400 + number}ap', f'Mac16,{number}', number, 0x6030, f'j{400 + number}', 'mac15s'))
        products = [mac[1] for mac in macs] + ['VirtualMac2,1']
        for board, product, board_id, chip_id, chip, kernel in macs:
            names = {'board': board.removesuffix('ap'), 'chip': chip, 'kernel': kernel}
            for variant in (ERASE, UPGRADE, CUSTOMER):
                self.add_identity(board, product, (board_id, chip_id), names, variant, BOARD_ROWS + MAC_ROWS + COMMON_ROWS)
        names = {'board': 'vma2macosap', 'chip': 'vma2', 'kernel': 'vma2'}
        for variant in (ERASE, UPGRADE, CUSTOMER):
            self.add_identity('vma2macosap', 'VirtualMac2,1', (0x20, 0xFE00), names, variant,
                              BOARD_ROWS + COMMON_ROWS + [BOOTABILITY_ROW])
        self.put_others(products)
        return {'ManifestVersion': 0, 'ProductVersion': self.version, 'ProductBuildVersion': self.build,
                'SupportedProductTypes': products}

    def put_others(self, products):
        versions = {'ProductVersion': self.version, 'ProductBuildVersion': self.build}
        self.put('Restore.plist', [plistlib.dumps({
            'SupportedProductTypes': products, **versions,
            'SystemRestoreImageFileSystems': {SYSTEM: 'APFS', BASE: 'APFS'}})])
        self.put('SystemVersion.plist', [plistlib.dumps({'ProductName': 'macOS', **versions})])
        self.put('BootabilityBundle/', [], STORED, 0o040755)
        self.put('BootabilityBundle/Restore/Firmware/current', [BOOTABILITY.rpartition('/')[2].encode()], STORED, 0o120755)
        for variant in ('macOS Customer', 'Customer Erase Install'):
            self.put_noise(f'Firmware/Manifests/restore/{variant}/apticket.vma2macosap.im4m')
        self.put('Empty.txt', [], STORED)

    def add_identity(self, board, product, numbers, names, variant, rows):
        info = {'BuildNumber': self.build, 'DeviceClass': board, 'Variant': variant, 'BuildTrain': 'GlowF',
                'RestoreBehavior': 'Update' if variant == UPGRADE else 'Erase', 'MobileDeviceMinVersion': '1774',
                'MacOSVariant': 'macOS Customer', 'ContentEncoding': 'aea', 'OSDiskImageSize': 11160}
        if board.startswith('vma'):
            info.update({'VirtualMachineMinCPUCount': 2, 'VirtualMachineMinMemorySizeMB': 4096,
                         'VirtualMachineMinHostOS': self.recipe.host})
        components = [self.component(name, path and path.format(**names), kind, keys) for name, path, kind, keys in rows]
        self.identities.append(({
            'ApBoardID': f'0x{numbers[0]:02X}', 'ApChipID': f'0x{numbers[1]:04X}', 'ApSecurityDomain': '0x01',
            'Ap,ProductType': product, 'ProductMarketingVersion': self.version, 'UniqueBuildID': bytes(20),
            'Info': info}, components))

    def component(self, name, path, kind, info):
        result = Component(name, path, kind, info)
        if path in DISK_IMAGES or not path:
            return result  # the former get their digest when their size is known
        if path not in self.contents:
            noise = self.random.randbytes(self.random.randint(100, 9000))
            payload = self.covered[path] = image4.im4p(kind, noise) if kind else noise
            self.put(path, [image4.img4(payload) if path == BOOTABILITY else payload], STORED if path == RAMDISK else DEFLATED)
        data = self.covered[path]
        if kind and info.get('Img4PayloadType', kind) != kind:
            data = image4.with_type(data, info['Img4PayloadType'])
        if name.startswith('Savage'):
            result.digest = hashlib.sha256(data).digest()
        elif name != 'AVEFirmware':
            result.digest = hashlib.sha384(data).digest()
        return result

    def fill_disk(self):
        rest = max(self.recipe.size - self.bytes_so_far(), 0)
        digests = {}
        for path, share in DISK_IMAGES.items():
            parts = self.disk_image(max(int(rest * share), 100000), b'AEA1' if path.endswith('.aea') else b'')
            self.put(path, parts, STORED)
            digests[path] = self.random.randbytes(48) if self.recipe.other_digest else digest_of(parts)
        for _, components in self.identities:
            for component in components:
                component.digest = digests.get(component.path, component.digest)


class LinuxMaker(Maker):
    """An image of ours: components in chunks, each a frame of zstd."""

    def prepare(self):
        recipe = self.recipe
        self.version, self.build = recipe.version or '12.9', recipe.build or '12.9-test'
        dense = recipe.size // CHUNK if recipe.dense else 0
        for architecture in ('x86_64', 'aarch64') if recipe.devices > 1 else (recipe.architecture,):
            info = {'DeviceClass': {'x86_64': 'q35-x86_64', 'aarch64': 'virt-aarch64'}[architecture], 'Variant': ERASE,
                    'RestoreBehavior': 'Erase', 'BuildNumber': self.build, 'VirtualMachineMinCPUCount': 1,
                    'VirtualMachineMinMemorySizeMB': 512, 'Architecture': architecture, 'MinimumDiskSize': 1 << 30}
            folder = f'Chunks/{architecture}/'
            share = dense // (2 if recipe.devices > 1 else 1)
            self.identities.append(({'Info': info}, [
                self.chunked('ESP', folder + 'ESP', 0, [1], 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B'),
                self.chunked('RootFileSystem', folder + 'RootFileSystem', 1, [2, None, 3, 4] + [NOISE] * share,
                             '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709')]))
        return {'ManifestVersion': 0, 'ProductName': 'Debian GNU/Linux', 'ProductVersion': self.version,
                'ProductBuildVersion': self.build,
                'SupportedProductTypes': [f"VzGeneric-{one['Info']['Architecture']}" for one, _ in self.identities]}

    def chunked(self, name, path, order, seeds, partition_type):
        component = Component(name, path, None, {
            'ChunkSize': CHUNK, 'Size': len(seeds) * CHUNK, 'Order': order, 'PartitionType': partition_type,
            'PartitionName': name.lower(), 'Grow': order == 1, 'HashMethod': 'sha2-256'})
        digests = b''
        for number, seed in enumerate(seeds):
            if seed is None:
                digests += bytes(32)
                continue
            parts = frame(self.random.randbytes(16), self.noise) if seed == NOISE else frame(bytes([seed]))
            digests += hashlib.sha256(b''.join(parts)).digest()
            self.put(f'{path}/{number:06}.zst', parts, STORED)
        component.extra['ChunkDigests'] = digests
        component.digest = hashlib.sha256(digests).digest()
        return component

    def fill_disk(self):
        rest = self.recipe.size - self.bytes_so_far()
        if rest > 0:
            self.put('Extras/payload.bin', self.disk_image(rest, b''), STORED)


def frame(head, rest=None):
    """A frame of zstd of CHUNK bytes, made without a compressor: @head and then @rest, which all such chunks share; or
    one byte again and again."""
    parts = [b'\x28\xb5\x2f\xfd\xa0' + CHUNK.to_bytes(4, 'little')]
    step = 128 << 10
    for begin in range(0, CHUNK, step):
        last = begin + step == CHUNK
        parts.append((last | (rest is None) << 1 | step << 3).to_bytes(3, 'little'))
        if rest is None or begin == 0:
            parts.append(head)
        if rest is not None:
            parts.append(memoryview(rest)[begin + (len(head) if begin == 0 else 0):begin + step])
    return parts


def digest_of(parts):
    state = hashlib.sha384()
    zeros = bytes(1 << 20)
    for part in parts:
        if isinstance(part, Zeros):
            for begin in range(0, part.count, len(zeros)):
                state.update(zeros[:part.count - begin])
        else:
            state.update(part)
    return state.digest()


# Faults, as KIND:WHAT. Those of a member return the changes with which it is added, one for each time.
def once(change):
    return lambda archive: [change]


def flip_byte(_, parts):
    """The last but one where there are two: at the end, which is never a hole, but not where deflate keeps its end."""
    data = bytearray(parts[-1])
    data[max(len(data) - 2, 0)] ^= 1
    return parts[:-1] + [bytes(data)]


def set_field(**fields):
    def change(member, _):
        for key, value in fields.items():
            setattr(member, key, value(getattr(member, key)))
    return once(change)


def overlap(archive):
    """Claims the place of the member before it."""
    def change(member, _):
        before = archive.members[-1]
        member.header = before.header
        member.name = member.name[:len(before.name)].ljust(len(before.name), b'x')
    return [change]


MEMBER_FAULTS = {
    'byte': once(flip_byte),
    'crc': set_field(crc=lambda crc: crc ^ 1),
    'size': set_field(size=lambda size: size + 1),
    'shorter': set_field(size=lambda size: size // 2),
    'encrypted': set_field(flags=lambda flags: flags | 1),
    'method': set_field(method=lambda _: 97),
    'missing': lambda archive: [],
    'twice': lambda archive: [None, None],
    'overlap': overlap,
    'absolute': set_field(name=lambda name: b'/' + name),
    'dotdot': set_field(name=lambda name: b'../' + name),
    'nul': set_field(name=lambda name: name + b'\0'),
    'symlink': set_field(mode=lambda _: 0o120777),
    'device': set_field(mode=lambda _: 0o020644),
    'latin1': set_field(name=lambda name: name + b'\xe4'),
}
COMPONENT_FAULTS = {
    'digest': lambda one: setattr(one, 'digest', bytes([one.digest[0] ^ 1]) + one.digest[1:]),
    'no-digest': lambda one: setattr(one, 'digest', None),
    'odd-digest': lambda one: setattr(one, 'digest', one.digest[:24]),
    'no-path': lambda one: setattr(one, 'path', None),
    'path-out': lambda one: setattr(one, 'path', '../' + one.path),
    'payload-type': lambda one: one.info.update(Img4PayloadType='xxxx'),
}
ARCHIVE_FAULTS = {
    'members': lambda archive, count: setattr(archive, 'claimed', int(count)),
}


def make(path, **wishes):
    """Makes an image; the wishes are those of Recipe. Returns its maker, which knows what is in it."""
    recipe = Recipe(**wishes)
    maker = {'macos': MacMaker, 'linux': LinuxMaker}[recipe.os](recipe)
    maker.make(path)
    return maker

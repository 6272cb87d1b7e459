# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes zip files of any size in no time: what is zeros becomes a hole in the file, and its checksum is computed, not
read. zipfile of the standard library does neither, nor can it write what is wrong on purpose.
"""
import functools
import struct
import zlib

STORED, DEFLATED = 0, 8
# Every untouched member of Apple's images has this date: 2007-01-09 09:41:00.
DOS_TIME = 9 << 11 | 41 << 5
DOS_DATE = (2007 - 1980) << 9 | 1 << 5 | 9
FLAG_ENCRYPTED, FLAG_DESCRIPTOR, FLAG_UTF8 = 1, 8, 1 << 11
LIMIT32 = 0xFFFFFFFF
CRC_POLYNOMIAL = 0xEDB88320


class Zeros:
    """So many bytes of zeros in a content."""

    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count


def size_of(parts):
    return sum(len(part) for part in parts)


def _apply(matrix, vector):
    total = 0
    for row in matrix:
        if vector & 1:
            total ^= row
        vector >>= 1
        if not vector:
            break
    return total


@functools.lru_cache(maxsize=None)
def _zeros_matrix(power):
    """What 2**power zero bits do to the register of the checksum, which is linear: a matrix of bits."""
    if power == 0:
        return [CRC_POLYNOMIAL] + [1 << bit for bit in range(31)]
    half = _zeros_matrix(power - 1)
    return [_apply(half, row) for row in half]


def crc_of_zeros(crc, count):
    """The checksum after @count more zero bytes."""
    register, bits, power = crc ^ LIMIT32, count * 8, 0
    while bits:
        if bits & 1:
            register = _apply(_zeros_matrix(power), register)
        bits >>= 1
        power += 1
    return register ^ LIMIT32


def crc_of(parts):
    crc = 0
    for part in parts:
        crc = crc_of_zeros(crc, part.count) if isinstance(part, Zeros) else zlib.crc32(part, crc)
    return crc


def deflate(data):
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


class Member:
    """What the directory says of a member; a fault changes it before it is written."""

    def __init__(self, name, mode):
        self.name = name.encode() if isinstance(name, str) else name
        self.mode = mode
        self.flags = 0 if self.name.isascii() else FLAG_UTF8
        self.method = STORED
        self.crc = self.size = self.packed = 0
        self.header = 0  # offset of the local header
        self.data = 0    # offset of the data
        self.descriptor = self.zip64 = False

    def local_header(self):
        sizes = (self.crc, self.packed, self.size)
        extra, flags = b'', self.flags
        if self.zip64:
            extra = struct.pack('<HHQQ', 1, 16, *((0, 0) if self.descriptor else (self.size, self.packed)))
            sizes = (self.crc, LIMIT32, LIMIT32)
        if self.descriptor:
            flags |= FLAG_DESCRIPTOR
            sizes = (0, *((LIMIT32, LIMIT32) if self.zip64 else (0, 0)))
        return struct.pack('<4sHHHHHIIIHH', b'PK\3\4', 45 if self.zip64 else 20, flags, self.method, DOS_TIME, DOS_DATE,
                           *sizes, len(self.name), len(extra)) + self.name + extra

    def data_descriptor(self):
        if not self.descriptor:
            return b''
        return struct.pack('<4sIQQ' if self.zip64 else '<4sIII', b'PK\7\10', self.crc, self.packed, self.size)

    def central_header(self):
        wide = []
        narrow = []
        for value in (self.size, self.packed, self.header):
            if value >= LIMIT32 or self.zip64:
                wide.append(value)
                value = LIMIT32
            narrow.append(value)
        extra = struct.pack(f'<HH{len(wide)}Q', 1, 8 * len(wide), *wide) if wide else b''
        size, packed, header = narrow
        flags = self.flags | (FLAG_DESCRIPTOR if self.descriptor else 0)
        made_by = 3 << 8 | 45  # Unix, so that the mode counts
        return struct.pack('<4sHHHHHHIIIHHHHHII', b'PK\1\2', made_by, 45 if wide else 20, flags, self.method, DOS_TIME,
                           DOS_DATE, self.crc, packed, size, len(self.name), len(extra), 0, 0, 0, self.mode << 16,
                           header) + self.name + extra


class SparseZip:
    """@zip64: 64-bit fields also where 32 bits would do; @descriptors: sizes behind the data, as a packer writes them
    that cannot seek."""

    def __init__(self, path, zip64=False, descriptors=False):
        self.file = open(path, 'wb')  # pylint: disable=consider-using-with
        self.zip64, self.descriptors = zip64, descriptors
        self.members = []
        self.claimed = None  # number of members that the end record claims; None: the true one

    def add(self, name, parts, method=STORED, mode=0o100644, change=None):
        """@parts: bytes and Zeros. @change: a function that spoils the member; what it returns is written as data."""
        member = Member(name, mode)
        member.header = self.file.tell()
        member.method, member.size, member.crc = method, size_of(parts), crc_of(parts)
        if method == DEFLATED:
            parts = [deflate(b''.join(bytes(len(part)) if isinstance(part, Zeros) else part for part in parts))]
        member.packed = size_of(parts)
        member.zip64 = self.zip64 or member.size >= LIMIT32
        member.descriptor = self.descriptors
        if change:
            parts = change(member, parts) or parts
        self.file.write(member.local_header())
        member.data = self.file.tell()
        for part in parts:
            if isinstance(part, Zeros):
                self.file.seek(part.count, 1)
            else:
                self.file.write(part)
        self.file.write(member.data_descriptor())
        self.members.append(member)
        return member

    def close(self):
        begin = self.file.tell()
        for member in self.members:
            self.file.write(member.central_header())
        end = self.file.tell()
        count = len(self.members) if self.claimed is None else self.claimed
        if self.zip64 or count > 0xFFFE or end >= LIMIT32:
            self.file.write(struct.pack('<4sQHHIIQQQQ', b'PK\6\6', 44, 3 << 8 | 45, 45, 0, 0, count, count, end - begin,
                                        begin))
            self.file.write(struct.pack('<4sIQI', b'PK\6\7', 0, end, 1))
            self.file.write(struct.pack('<4sHHHHIIH', b'PK\5\6', 0, 0, 0xFFFF, 0xFFFF, LIMIT32, LIMIT32, 0))
        else:
            self.file.write(struct.pack('<4sHHHHIIH', b'PK\5\6', 0, 0, count, count, end - begin, begin, 0))
        self.file.close()

# SPDX-License-Identifier: LGPL-2.1-or-later
"""Screenshots, as written by `vz screenshot`."""
import struct
import zlib


def read_png(path):
    """Width, height, the unfiltered rows and the number of channels of a PNG file with 8 bits per channel."""
    with open(path, 'rb') as file:
        data = file.read()
    assert data[:8] == b'\x89PNG\r\n\x1a\n', 'no PNG file'
    position, packed = 8, b''
    while position < len(data):
        length, kind = struct.unpack('>I4s', data[position:position + 8])
        body = data[position + 8:position + 8 + length]
        if kind == b'IHDR':
            width, height, depth, color = struct.unpack('>IIBB', body[:10])
        elif kind == b'IDAT':
            packed += body
        position += 12 + length
    assert depth == 8 and color in (2, 6), 'not RGB of 8 bits'
    return width, height, zlib.decompress(packed), 3 if color == 2 else 4

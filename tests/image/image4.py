# SPDX-License-Identifier: LGPL-2.1-or-later
"""Apple's Image4 files, as DER: just as much as their digests depend on."""
SEQUENCE, SET, INTEGER, OCTETS, IA5_STRING, CONTEXT_0 = 0x30, 0x31, 0x02, 0x04, 0x16, 0xA0


def der(tag, content):
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, 'big')
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def text(value):
    return der(IA5_STRING, value.encode('ascii'))


def im4p(kind, payload):
    """A payload with its four-letter type."""
    return der(SEQUENCE, text('IM4P') + text(kind) + text(f'{kind} of a test') + der(OCTETS, payload))


def img4(payload):
    """A complete image: a payload made by im4p() and a ticket."""
    ticket = der(SEQUENCE, text('IM4M') + der(INTEGER, b'\0') + der(SET, b''))
    return der(SEQUENCE, text('IMG4') + payload + der(CONTEXT_0, ticket))


def with_type(payload, kind):
    """The payload that is held against a digest when a component gives it another type."""
    place = payload.index(text('IM4P')) + len(text('IM4P')) + 2
    return payload[:place] + kind.encode('ascii') + payload[place + 4:]

# SPDX-License-Identifier: LGPL-2.1-or-later
"""Just enough of a VNC viewer for the tests."""
import socket
import struct

EXTENDED_DESKTOP_SIZE = -308
PASSED_ON = 4  # to the guest


def security_types(stream):
    """Agrees on the version of the protocol; the types that the server offers."""
    assert stream.read(12) == b'RFB 003.008\n'
    stream.write(b'RFB 003.008\n')
    stream.flush()
    return list(stream.read(stream.read(1)[0]))


def ask_for_size(path, width, height):
    """@path: the socket of the machine's VNC server. Returns once the server has answered."""
    with socket.socket(socket.AF_UNIX) as vnc:
        vnc.settimeout(120)
        vnc.connect(path)
        stream = vnc.makefile('rwb')

        def say(data):
            stream.write(data)
            stream.flush()

        assert 1 in security_types(stream), 'it asks for a password'
        say(b'\1')
        assert stream.read(4) == bytes(4)
        say(b'\1')
        init = stream.read(24)
        stream.read(struct.unpack('>I', init[20:])[0])
        say(struct.pack('>BxHi', 2, 1, EXTENDED_DESKTOP_SIZE) + struct.pack('>BBHHHH', 3, 1, 0, 0, 1, 1) +
            struct.pack('>BxHHBxIHHHHI', 251, width, height, 1, 0, 0, 0, width, height, 0))
        while True:
            kind, rectangles = struct.unpack('>BxH', stream.read(4))
            assert kind == 0, kind
            for _ in range(rectangles):
                reason, status, _, _, encoding = struct.unpack('>HHHHi', stream.read(12))
                assert encoding == EXTENDED_DESKTOP_SIZE, encoding
                stream.read(16 * stream.read(4)[0])
                if reason == 1:  # the answer to us, not what is said to every viewer
                    assert status in (0, PASSED_ON), status
                    return

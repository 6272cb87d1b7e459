# SPDX-License-Identifier: LGPL-2.1-or-later
"""As much of a WebSocket client as the tests need: small frames, one at a time."""
import base64
import json
import os
import socket
import struct


class Refused(Exception):
    """The server answered the upgrade with this status."""


class WebSocket:
    def __init__(self, port, path, **headers):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout=60)
        self.rest = b''
        lines = {'Host': f'127.0.0.1:{port}', 'Upgrade': 'websocket', 'Connection': 'Upgrade',
                 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': base64.b64encode(os.urandom(16)).decode(),
                 'Origin': f'http://127.0.0.1:{port}', **headers}
        text = f'GET {path} HTTP/1.1\r\n' + ''.join(f'{name}: {value}\r\n' for name, value in lines.items() if value)
        self.socket.sendall(text.encode() + b'\r\n')
        head = b''
        while b'\r\n\r\n' not in head:
            data = self.socket.recv(4096)
            if not data:
                break
            head += data
        head, _, self.rest = head.partition(b'\r\n\r\n')
        status = int(head.split()[1])
        if status != 101:
            raise Refused(status)

    def take(self, size):
        while len(self.rest) < size:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError('the WebSocket was closed')
            self.rest += data
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def send(self, data, opcode=2):
        mask = os.urandom(4)
        assert len(data) < 126
        self.socket.sendall(bytes([0x80 | opcode, 0x80 | len(data)]) + mask
                            + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)))

    def receive(self):
        """The next message; EOFError at the end."""
        first, size = self.take(2)
        if size == 126:
            size, = struct.unpack('>H', self.take(2))
        elif size == 127:
            size, = struct.unpack('>Q', self.take(8))
        data = self.take(size)
        if first & 15 == 8:
            raise EOFError(f'the WebSocket was closed with {data!r}')
        return data

    def order(self, action):
        self.send(json.dumps({'action': action}).encode(), opcode=1)

    def expect(self, event, **fields):
        """The next message of that kind with these fields."""
        while True:
            message = json.loads(self.receive())
            if message['event'] == event and all(message.get(key.replace('_', '-')) == value
                                                 for key, value in fields.items()):
                return message

    def close(self):
        self.socket.close()

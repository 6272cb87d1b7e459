#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example with the devices, in C and in Python, with the small guest: what it plays, writes and gives back is
checked on the host."""
import os
import socket
import struct
import subprocess
import sys

from vztest import eventually, main

EXAMPLES = {'c': [os.environ['VZ_EXAMPLE_IN_C']]}
if 'GI_TYPELIB_PATH' in os.environ:
    EXAMPLES['python'] = [sys.executable, os.environ['VZ_EXAMPLE_IN_PYTHON']]
KIND = 'x86_64-sharing'
WAV_HEADER = 44
SECONDS = 120


class Program:
    def __init__(self, home, command):
        folder = os.path.join(os.environ['VZ_TEST_GUEST'], KIND)
        subprocess.run([os.environ['VZ_TEST_MAKE_GUEST'], KIND, os.environ['VZ_TEST_GUEST']], check=True,
                       stdout=subprocess.DEVNULL)
        self.log = home.join('log')
        self.seen = 0
        with open(self.log, 'w', encoding='utf-8') as log:
            self.process = subprocess.Popen([*command, f'{folder}/kernel', f'{folder}/initramfs', home.path], text=True,
                                            env=home.environment, stdin=subprocess.PIPE, stdout=log,
                                            stderr=subprocess.STDOUT)

    def text(self):
        with open(self.log, encoding='utf-8') as file:
            return file.read()

    def expect(self, start):
        """The next line that starts with it; returns the rest."""
        def found():
            return [line for line in self.text()[self.seen:].split('\n')[:-1] if line.startswith(start)]
        eventually(f'{start}: {self.text()}', SECONDS, lambda: found() or self.process.poll() is not None)
        assert found(), self.text()
        line = found()[0]
        self.seen = self.text().index(line, self.seen) + len(line)
        return line[len(start):]

    def order(self, line, start):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()
        return self.expect(start)


class Console:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(SECONDS)
        self.socket.connect(path)
        self.heard = b''

    def expect(self, text):
        while text not in self.heard:
            more = self.socket.recv(4096)
            assert more, self.heard
            self.heard += more
        before, self.heard = self.heard.split(text, 1)
        return before

    def command(self, line):
        """What the guest prints before its "ok"."""
        self.socket.sendall(line.encode() + b'\n')
        said = self.expect(b'ok\r\n')
        assert b'error\r\n' not in said, said
        return said


def has_sockets():
    return os.access('/dev/vhost-vsock', os.R_OK | os.W_OK)


def sockets(program):
    """Nothing listens in this guest: if there are sockets, the example says so."""
    if has_sockets():
        program.order('connect 5000 hello', 'Failed: ')
    else:
        assert 'vhost' in program.text().split('No sockets: ')[1].split('\n')[0], program.text()
        program.order('connect 5000 hello', 'The machine has no sockets.')


def sound(console, path):
    console.command('wait-for /dev/snd/controlC0')
    console.command('play 441')
    with open(path, 'rb') as file:
        data = file.read()[WAV_HEADER:]
    loud = sum(abs(sample) > 1000 for sample, in struct.iter_unpack('<h', data[:len(data) // 2 * 2]))
    assert loud > 10000, (len(data), loud)


def usb(home, program, console):
    stick = home.join('stick.img')
    with open(stick, 'wb') as file:
        file.truncate(4 << 20)
    program.order(f'attach {home.join("missing.img")}', 'Failed: ')
    assert len(program.order(f'attach {stick}', 'Attached: ')) == 36
    console.command('wait-for /dev/sda')
    console.command('use-disk sda written by the guest')
    with open(stick, 'rb') as file:
        assert file.read(20) == b'written by the guest'
    program.order(f'detach {stick}', 'Detached.')
    eventually('the disk is gone', SECONDS, lambda: b'entries 0\r\n' in console.command('count-entries /sys/block sd*'))


def memory(program):
    def now():
        return int(program.order('memory', 'The guest has ').split()[0])
    assert now() == 256 << 20
    assert program.order('memory 200M', 'Target: ') == f'{200 << 20} bytes'
    eventually('the guest gives memory back', SECONDS, lambda: now() == 200 << 20)


def devices(home, command):
    program = Program(home, command)
    try:
        console = Console(program.expect('Its console: '))
        console.expect(b'READY')
        sockets(program)
        sound(console, home.join('played.wav'))
        usb(home, program, console)
        memory(program)
        program.order('sing', 'Not understood: sing')
        program.process.stdin.close()  # as "stop"
        assert program.process.wait(SECONDS) == 0, program.text()
        eventually('QEMU is gone', 10, lambda: not home.processes())
    finally:
        program.process.kill()
        program.process.wait()


def in_c(home):
    devices(home, EXAMPLES['c'])


def in_python(home):
    devices(home, EXAMPLES['python'])


def refusals(home):
    for command in EXAMPLES.values():
        result = subprocess.run(command, env=home.environment, capture_output=True, text=True, check=False)
        assert result.returncode == 2 and 'Usage' in result.stderr, result
        result = subprocess.run([*command, home.join('missing'), home.join('missing'), home.path], capture_output=True,
                                env=home.environment, text=True, check=False)
        assert result.returncode == 1 and 'missing' in result.stderr, result


main([refusals, in_c] + [in_python] * ('python' in EXAMPLES))

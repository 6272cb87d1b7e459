#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine's screen by VNC: always on a socket, over TCP only on request and with a password."""
import os
import re
import socket
import subprocess

from rfb import security_types
from vztest import Console, Home, eventually, expect, main, small_guest

home = Home()
bundle = None
SHOWN = r'screen: vnc://(\S+):(\d+) password: (\S+)'


def encrypt(password, challenge):
    """What a client answers: DES, with the bits of each byte of the key reversed."""
    key = bytes(int(f'{byte:08b}'[::-1], 2) for byte in password.encode().ljust(8, b'\0'))
    return subprocess.run(['openssl', 'enc', '-des-ecb', '-provider', 'legacy', '-provider', 'default', '-nopad', '-K',
                           key.hex()], input=challenge, capture_output=True, check=True).stdout


def logs_in(host, port, password):
    """None if nobody listens, otherwise whether the password is right."""
    try:
        client = socket.create_connection((host, int(port)), timeout=60)
    except ConnectionRefusedError:
        return None
    with client, client.makefile('rwb', buffering=0) as stream:
        assert security_types(stream) == [2], 'anything but a password'
        stream.write(b'\x02')
        stream.write(encrypt(password, stream.read(16)))
        return stream.read(4) == b'\0\0\0\0'


def listening():
    """Addresses on which QEMU listens over TCP."""
    pid = home.processes()[0]
    inodes = set()
    for name in os.listdir(f'/proc/{pid}/fd'):
        target = os.readlink(f'/proc/{pid}/fd/{name}') if os.path.lexists(f'/proc/{pid}/fd/{name}') else ''
        inodes.update(re.findall(r'socket:\[(\d+)\]', target))
    found = set()
    for table in ('tcp', 'tcp6'):
        with open(f'/proc/net/{table}') as file:
            for fields in (line.split() for line in list(file)[1:]):
                if fields[3] == '0A' and fields[9] in inodes:
                    found.add(fields[1])
    return found


def nothing_over_tcp_unless_asked():
    global bundle
    bundle = small_guest(home)
    expect(home.vz('run', '--detach', bundle), 0)
    assert not listening(), listening()
    path = os.path.join(Console(home, bundle).runtime, 'vnc.sock')
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        assert client.recv(12) == b'RFB 003.008\n'


def a_password_while_it_runs():
    said = expect(home.vz('display', bundle, 'vnc'), 0).stderr
    host, port, password = re.search(SHOWN, said).groups()
    assert host == '127.0.0.1' and len(password) == 8, said
    assert logs_in(host, port, password) is True
    assert logs_in(host, port, 'wrong') is False
    assert listening() == {f'0100007F:{int(port):04X}'}, listening()
    again = expect(home.vz('display', bundle, f'vnc={port}'), 0).stderr
    assert re.search(SHOWN, again).groups()[:2] == (host, port), again
    assert logs_in(host, port, password) is False, 'the old password is still good'
    assert logs_in(host, port, re.search(SHOWN, again).group(3)) is True
    expect(home.vz('display', bundle, 'none'), 0)
    assert logs_in(host, port, password) is None and not listening()
    expect(home.vz('display', bundle, 'none'), 0)


def refuses_what_is_wrong():
    for wrong in ('vnc=', 'vnc=0.0.0.0:5900', 'vnc=192.168.1.1:5901', 'vnc=70000', 'vnc=-1', 'vnc=example.org:5900', 'vnc=::',
                  'spice', '', 'vnc=localhost:x', 'VNC'):
        expect(home.vz('display', bundle, wrong), 2, f"'{wrong}' found")
        assert not listening(), wrong
    for wrong in ('spice', 'vnc=0.0.0.0:5900'):
        expect(home.vz('run', '--display', wrong, bundle), 2, f"'{wrong}' found")
    with socket.create_server(('127.0.0.1', 0)) as other:
        port = other.getsockname()[1]
        expect(home.vz('display', bundle, f'vnc={port}'), 1, 'in use')
    expect(home.vz('stop', '--force', bundle), 0)
    expect(home.vz('display', bundle, 'vnc'), 1, 'not running')


def with_run():
    said = expect(home.vz('run', '--detach', '--display', 'vnc=127.0.0.1:0', bundle), 0).stderr
    assert logs_in(*re.search(SHOWN, said).groups()) is True
    expect(home.vz('stop', '--force', bundle), 0)
    for arguments in (['--detach', '--display', 'web'], ['--headless', '--display', 'vnc'],
                      ['--detach', '--on-close', 'stop'], ['--on-close', 'explode'], ['--display', 'gtk', '--detach']):
        expect(home.vz('run', *arguments, bundle), 2, 'explode' if 'explode' in arguments else 'exclude')
    assert not home.processes()


def a_machine_that_cannot_show_does_not_stay():
    with socket.create_server(('127.0.0.1', 0)) as other:
        port = other.getsockname()[1]
        for how in ([], ['--detach']):
            expect(home.vz('run', *how, '--display', f'vnc={port}', bundle), 1, 'in use')
            eventually('the machine ends', 30, lambda: not home.processes())


try:
    main([nothing_over_tcp_unless_asked, a_password_while_it_runs, refuses_what_is_wrong, with_run,
          a_machine_that_cannot_show_does_not_stay])
finally:
    home.close()

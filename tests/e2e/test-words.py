#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Faults around a machine, in words that name them and say what to do; and outputs that fail or do not drain."""
import os
import plistlib
import signal
import socket
import stat
import subprocess
import time

from vztest import ARCHITECTURE, VZ, Skip, eventually, expect, full_pipe, main, small_guest

NAT = {'network-devices': [{'type': 'VzVirtioNetworkDeviceConfiguration', 'mac-address': '52:54:00:12:34:56',
                            'attachment': {'type': 'VzNATNetworkDeviceAttachment'}}]}


def a_port_that_is_taken(home):
    bundle = small_guest(home, **NAT)
    for kind, suffix in ((socket.SOCK_STREAM, 'tcp'), (socket.SOCK_DGRAM, 'udp')):
        with socket.socket(socket.AF_INET, kind) as taken:
            taken.bind(('127.0.0.1', 0))
            if suffix == 'tcp':
                taken.listen()
            port = taken.getsockname()[1]
            expect(home.vz('run', '--detach', '--publish', f'{port}:80/{suffix}', bundle), 6, f'port {port} ',
                   f'(process {os.getpid()})')
            assert not home.processes()
    expect(home.vz('run', '--detach', '--publish', '8080:80', '--publish', '8080:81', bundle), 4, "'8080'",
           'must differ')


def a_port_for_root_only(home):
    with open('/proc/sys/net/ipv4/ip_unprivileged_port_start', encoding='ascii') as file:
        if int(file.read()) <= 81:
            raise Skip('here such ports are for everybody')
    bundle = small_guest(home, **NAT)
    drop = ['setpriv', '--bounding-set=-net_bind_service'] if os.geteuid() == 0 else []
    done = subprocess.run([*drop, VZ, 'run', '--detach', '--publish', '81:80', bundle], env=home.environment,
                          capture_output=True, text=True, timeout=120)
    expect(done, 3, 'port 81 ', 'ip_unprivileged_port_start', 'sysctl')


def a_board_of_a_newer_qemu(home):
    bundle = small_guest(home)
    with open(os.path.join(bundle, 'HardwareModel'), 'wb') as file:
        plistlib.dump({'DataRepresentationVersion': 1, 'Architecture': ARCHITECTURE,
                       'MachineType': 'pc-q35-99.0' if ARCHITECTURE == 'x86_64' else 'virt-99.0'}, file,
                      fmt=plistlib.FMT_BINARY)
    expect(home.vz('run', '--detach', bundle), 3, '-99.0', 'newer than this QEMU (')


def an_unknown_name(home):
    expect(home.vz('show', 'webb'), 5, "'webb'", 'vz list')


def a_runtime_directory_of_somebody_else(home):
    if os.geteuid() != 0:
        raise Skip('only root can make one')
    bundle = small_guest(home)
    os.chown(home.runtime, 12345, 12345)
    expect(home.vz('run', '--detach', bundle), 3, 'XDG_RUNTIME_DIR', home.runtime, "'12345'", 'unset it')
    expect(home.vz('doctor'), 0, 'XDG_RUNTIME_DIR', home.runtime, '(12345)')


def folders_that_cannot_be_written(home):
    """Nothing in vz works without them."""
    expect(home.vz('doctor'), 0, 'ok       own folders')
    home.environment['XDG_STATE_HOME'] = '/dev/null/state'
    expect(home.vz('doctor'), 0, 'missing  own folders', "'/dev/null/state'", 'XDG_STATE_HOME names another')


def refused_namespaces(home):
    """As util-linux does it: the process started to map other IDs remains, and holds the output."""
    folder = home.join('bin')
    os.mkdir(folder)
    with open(os.path.join(folder, 'unshare'), 'w', encoding='ascii') as file:
        file.write('#!/bin/sh\nsleep 300 &\necho "unshare: not permitted" >&2\nexit 1\n')
    os.chmod(file.name, stat.S_IRWXU)
    home.environment['PATH'] = f"{folder}:{os.environ['PATH']}"
    start = time.monotonic()
    done = home.vz('doctor', timeout=100)
    assert time.monotonic() - start < 90
    if 'composing' in done.stdout and 'is missing (Debian package' in done.stdout:
        raise Skip('what composing needs is not installed')
    expect(done, 0, 'may not create namespaces (unshare: not permitted)')


def output_that_fails(home):
    with open('/dev/full', 'w', encoding='ascii') as full:
        done = subprocess.run([VZ, '--help'], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 1 and 'standard output' in done.stderr and 'No space' in done.stderr, done
    ends = os.pipe()
    os.close(ends[0])
    done = subprocess.run([VZ, '--help'], stdout=ends[1], stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(ends[1])
    assert done.returncode == -signal.SIGPIPE and not done.stderr, done


def streams_that_are_closed(home):
    """The first file opened must not get what is meant for a reader."""
    def run(redirection, *arguments):
        return subprocess.run(['sh', '-c', f'exec "$0" "$@" {redirection}', VZ, *arguments], env=home.environment, text=True,
                              capture_output=True, timeout=60, check=False)

    for arguments in (('--help',), ('doctor',), ('list', '--json'), ('image', 'list', '--systems')):
        done = run('>&-', *arguments)
        assert done.returncode == 1 and 'cannot write standard output' in done.stderr or not done.returncode, done
        assert not done.stdout, done
    assert run('>&-', '--help').returncode == 1
    assert run('<&-', 'list').returncode == run('2>&-', 'list').returncode == 0
    assert run('2>&-', 'nonsense').returncode == 2


def outputs_that_do_not_drain(home):
    bundle = small_guest(home)
    expect(home.vz('run', '--detach', bundle, cwd=home.join('run')), 0)
    pid, = home.processes()
    assert os.readlink(f'/proc/{pid}/cwd') == '/'
    assert os.readlink(f'/proc/{pid}/fd/0') == '/dev/null'
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        for stream in ('stdout', 'stderr'):
            ends = full_pipe()
            streams = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL, stream: ends[1]}
            with subprocess.Popen([VZ, 'events', bundle], env=home.environment, stdin=subprocess.DEVNULL,
                                  **streams) as events:
                time.sleep(3)
                events.send_signal(signal_number)
                assert events.wait(60) in (130, -signal_number), (signal_number, stream, events.returncode)
            for end in ends:
                os.close(end)
    # The guest's console output waits, too.
    ends = full_pipe()
    with subprocess.Popen([VZ, 'console', bundle], env=home.environment, stdin=subprocess.DEVNULL, stdout=ends[1],
                          stderr=subprocess.DEVNULL) as console:
        time.sleep(5)
        console.send_signal(signal.SIGTERM)
        console.wait(60)
    for end in ends:
        os.close(end)
    expect(home.vz('stop', '--force', bundle), 0)
    eventually('QEMU ends', 30, lambda: not home.processes())


main([a_port_that_is_taken, a_port_for_root_only, a_board_of_a_newer_qemu, an_unknown_name, folders_that_cannot_be_written,
      a_runtime_directory_of_somebody_else, refused_namespaces, output_that_fails, streams_that_are_closed,
      outputs_that_do_not_drain])

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Commands in a real guest."""
import glob
import json
import os
import signal
import socket
import subprocess
import time

from guestmachine import BOOT, PREFIX, ask, running
from vztest import VZ, Home, eventually, expect, main

home = Home(PREFIX, BOOT)


def goes_on():
    running(home)


def executes():
    assert expect(home.vz('exec', '--', 'uname', '-s'), 0).stdout == 'Linux\n'
    assert expect(home.vz('exec', '--', 'hostname'), 0).stdout == 'first-guest\n'
    assert home.vz('exec', '--', 'sh', '-c', 'echo no >&2; exit 7').returncode == 7
    assert expect(home.vz('exec', '--', 'cat', input='a\nb\n'), 0).stdout == 'a\nb\n'
    closed = subprocess.run(['sh', '-c', 'exec "$0" exec -- cat <&-', VZ], env=home.environment, capture_output=True,
                            timeout=120, check=False)
    assert closed.returncode == 0 and not closed.stdout, closed
    assert expect(home.vz('exec', '--', 'cat'), 0).stdout == ''
    expect(home.vz('exec', '--', '/no/such/program'), 127, 'no/such/program')
    assert home.vz('exec', '--', 'sh', '-c', 'kill -9 $$').returncode == 137
    expect(home.vz('exec', '--no-stdin', '--', 'cat', input='a'), 0)


def executes_to_the_bitter_end():
    """Status and streams, whatever the command does to them and to its parents."""
    # children in the background, a slow reader
    late = 'head -c 100000 /dev/zero | tr "\\0" x; (for i in $(seq 100); do echo late; sleep 0.02; done) &'
    with subprocess.Popen([VZ, 'exec', '-n', '--', 'sh', '-c', late], env=home.environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(5)
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 0 and errors == b'', errors
    assert output.startswith(b'x' * 100000) and not output[100000:].replace(b'late\n', b''), output[100000:]
    started = time.monotonic()
    expect(home.vz('exec', '--', 'sh', '-c', 'sleep 600 & echo up'), 0, 'up')
    assert time.monotonic() - started < 120, 'it waited for a child in the background'
    expect(home.vz('exec', '--', 'pkill', '-f', '[s]leep 600'), 0)  # which stays
    # parents
    assert home.vz('exec', '--', 'sh', '-c', 'kill -9 $PPID').returncode == 137
    assert home.vz('exec', '--', 'sh', '-c', 'kill -TERM $$').returncode == 143
    # its streams: reopened, closed early, not read by anybody
    assert expect(home.vz('exec', '--', 'sh', '-c', 'echo again >/dev/stderr'), 0).stderr == 'again\n'
    expect(home.vz('exec', '--', 'sh', '-c', 'exec <&-; echo closed', input='x' * 5000000), 0, 'closed')
    script = f'{VZ} exec -n -- sh -c "yes; echo it ended with \\$? >&2" | head -n 1'
    expect(subprocess.run(['sh', '-c', script], env=home.environment, capture_output=True, text=True, timeout=120), 0,
           'y\n', 'it ended with 141')
    # arguments: any bytes, none, too many
    words = [b'', bytes(range(1, 128)), bytes(range(128, 256)), b"it's", b' a\nb ', b'']
    done = subprocess.run([VZ.encode(), b'exec', b'--', b'printf', b'%s\\0', *words],
                          env=home.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, timeout=120)
    assert done.stdout.split(b'\0')[:-1] == words, done.stdout
    assert expect(home.vz('exec', '--', 'sh', '-c', 'printf %s "$1" | wc -c', 'sh', 'x' * 131000), 0).stdout == '131000\n'
    many = ['x' * 130000] * 16
    expect(home.vz('exec', '--', 'true', *many), 2, 'at most')


def gives_a_command_the_environment_of_a_login():
    lines = expect(home.vz('exec', '--', 'sh', '-c', 'pwd; umask; env'), 0).stdout.split('\n')
    assert lines[:2] == ['/root', '0022'], lines
    for wanted in ('HOME=/root', 'USER=root', 'LOGNAME=root', 'SHELL=/bin/bash', 'LANG=C.UTF-8',
                   'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'):
        assert wanted in lines, (wanted, lines)
    assert not any(line.startswith(('INVOCATION_ID=', 'JOURNAL_STREAM=')) for line in lines), lines


def runs_twenty_commands_at_once():
    commands = [home.start('exec', '-n', '--', 'sh', '-c', f'sleep 5; echo {number}; exit {number}')
                for number in range(20)]
    for number, process in enumerate(commands):
        output, errors = process.communicate(timeout=300)
        assert process.returncode == number and output == f'{number}\n', (process.returncode, output, errors)


def survives_a_pause():
    process = home.start('exec', '-n', '--', 'sh', '-c', 'echo up; sleep 5; echo done; exit 3')
    assert process.stdout.read(3) == 'up\n'
    expect(home.vz('pause'), 0)
    time.sleep(35)
    assert process.poll() is None, process.communicate()
    expect(home.vz('resume'), 0)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 3 and output == 'done\n', (process.returncode, output, errors)


def streams_100_megabytes_both_ways():
    data = os.urandom(1 << 20) * 100
    for command in (['cat'], ['sh', '-c', 'cat >&2']):
        result = subprocess.run([VZ, 'exec', '--', *command], env=home.environment, input=data,
                                capture_output=True, timeout=600)
        assert result.returncode == 0, result.stderr[-200:]
        assert (result.stdout if command == ['cat'] else result.stderr) == data


def interrupts_a_command_that_never_ends():
    process = home.start('exec', '--', 'sh', '-c', 'yes & sleep 4321 & wait')
    assert process.stdout.read(2) == 'y\n'
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    expect(home.vz('exec', '--', 'pgrep', '-f', '[s]leep 4321'), 1)


def lost_buffers():
    """Buffers of the agent's device that QEMU has taken, no longer holds and has not given back, by queue."""
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.connect(glob.glob(os.path.join(home.runtime, '*', '*', 'qmp8.sock'))[0])
        stream = monitor.makefile('rw')

        def call(command, **arguments):
            stream.write(json.dumps({'execute': command, 'arguments': arguments}) + '\n')
            stream.flush()
            while 'event' in (answer := json.loads(stream.readline())):
                pass
            return answer.get('return')

        stream.readline()
        call('qmp_capabilities')
        device = next(each['path'] for each in call('x-query-virtio') if '/agent-bus/' in each['path'])
        queues = {number: call('x-query-virtio-queue-status', path=device, queue=number) for number in range(64)}
    return {number: (queue['last-avail-idx'] - queue['used-idx'] - queue['inuse']) & 0xffff
            for number, queue in queues.items() if queue is not None}


def interrupted_commands_lose_no_buffers():
    """A port's queue has 128 of them; an output that nobody reads holds one back, half passed on."""
    before = lost_buffers()
    assert len(before) > 4, before
    for _ in range(3):
        process = home.start('exec', '-n', '--', 'sh', '-c', 'echo up >&2; exec cat /dev/zero')
        assert process.stderr.readline() == 'up\n'
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 130, process.returncode
    assert lost_buffers() == before, lost_buffers()


def interrupted_as_they_start():
    """At any moment: what is being set up for them in the guest is cleaned up, and the next command gets its ports."""
    look = 'ps -C sh,cat,sleep,setsid -o pid=,ppid=,wchan:20=,args='
    processes = len(ask(home, look).split('\n'))  # those of the command that asks
    for number in range(16):
        process = subprocess.Popen([VZ, 'exec', '--', 'sleep', '7654'], env=home.environment, stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.3 + number / 10)
        process.send_signal(signal.SIGKILL if number % 4 == 3 else signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode in (130, -signal.SIGKILL), process.returncode
    assert ask(home, 'find /dev -type f -name "vport*"') == ''
    left = []

    def all_have_ended():
        left[:] = ask(home, look).split('\n')
        return len(left) <= processes

    # Those that had not found their ports yet search for a minute.
    eventually(lambda: f'all of them have ended: {left}', 240, all_have_ended)
    ask(home, '! ls -d /dev/vz-exec.*')
    assert len(ask(home, 'ls -d /run/vz-exec.*').split()) == 1


def clears_up_after_killed_commands():
    """Three ports each, which the next command unplugs."""
    for _ in range(11):
        process = home.start('exec', '--no-stdin', '--', 'sh', '-c', 'echo up; exec sleep 8765')
        assert process.stdout.read(3) == 'up\n'  # at once, though it continues
        process.kill()
        process.communicate(timeout=20)
    expect(home.vz('exec', '--', 'pgrep', '-f', '[s]leep 8765'), 1)
    ports = expect(home.vz('exec', '--', 'ls', '/dev/virtio-ports'), 0).stdout.split()
    assert len(ports) == 4, ports  # the agent's and this command's own
    left = [name for _, _, names in os.walk(home.runtime) for name in names if name.startswith('exec-')]
    assert not left, left


def ends_although_the_guest_keeps_its_output():
    done = expect(home.vz('exec', '-n', '--', 'sh', '-c', 'pkill -STOP -x cat'), 1, 'the rest of its output has not arrived')
    assert done.stdout == '', done
    eventually("only the asking command's folder is there", 60, lambda: len(ask(home, 'ls -d /run/vz-exec.*').split()) == 1)


def outlasts_a_restart_of_the_agent():
    """As triggered by an upgrade of its package: by the command itself, and by another."""
    other = home.start('exec', '-n', '--', 'sh', '-c', 'echo up; sleep 20; echo done; exit 4')
    assert other.stdout.readline() == 'up\n'
    script = 'systemctl restart qemu-guest-agent; echo restarted; sleep 3; echo here; exit 5'
    done = expect(home.vz('exec', '-n', '--', 'sh', '-c', script), 5)
    assert done.stdout == 'restarted\nhere\n', done
    expect(home.vz('exec', '--', 'true', timeout=BOOT), 0)
    output, errors = other.communicate(timeout=120)
    assert (other.returncode, output, errors) == (4, 'done\n', ''), (other.returncode, output, errors)
    eventually("only the asking command's folder is there", 60, lambda: len(ask(home, 'ls -d /run/vz-exec.*').split()) == 1)


def ends_under(command, script, *texts):
    """A command that gets a message that the guest went away under it, when @script does that."""
    process = home.start('exec', '-n', '--', 'sh', '-c', command)
    assert process.stdout.readline() == 'up\n'
    home.vz('exec', '-n', '--', 'sh', '-c', script)
    output, errors = process.communicate(timeout=BOOT)
    assert process.returncode == 1 and output == '', (process.returncode, output, errors)
    assert any(text in errors for text in texts), errors


def boot():
    return home.vz('exec', '-n', '--', 'cat', '/proc/sys/kernel/random/boot_id', timeout=BOOT).stdout


def tells_that_the_guest_restarts():
    before = boot()
    ends_under('echo up; sleep 600', 'echo b > /proc/sysrq-trigger', 'the guest is restarting or powering off')
    assert len(home.processes()) == 1
    eventually('the guest is up again', BOOT, lambda: boot() not in ('', before))


def tells_that_the_guest_powers_off():
    ends_under('echo up; sleep 600', 'systemctl poweroff', 'the guest is shutting down', 'the guest powered off')
    eventually('QEMU ends', BOOT, lambda: not home.processes())
    expect(home.vz('exec', '--', 'true'), 1, 'not running')


try:
    main([goes_on, executes, executes_to_the_bitter_end, gives_a_command_the_environment_of_a_login,
          runs_twenty_commands_at_once, survives_a_pause, streams_100_megabytes_both_ways,
          interrupts_a_command_that_never_ends, interrupted_commands_lose_no_buffers, interrupted_as_they_start,
          clears_up_after_killed_commands,
          ends_although_the_guest_keeps_its_output, outlasts_a_restart_of_the_agent, tells_that_the_guest_restarts,
          tells_that_the_guest_powers_off])
finally:
    home.close()

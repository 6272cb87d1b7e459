#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The agent that vz starts over SSH in a guest without one: the part of qemu-guest-agent's protocol that vz uses.

It exchanges lines of JSON on the virtio port that qemu-guest-agent would have open, as root. Nothing is installed: it
is gone after the guest's next boot. Python 3.6 is enough, the oldest in today's cloud images.
"""
import base64
import ctypes
import errno
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time

PORT_NAME = 'org.qemu.guest_agent.0'
DELIMITER = b'\xff'
BLOCK = 65536
LINE_MAX = 64 << 20
OUTPUT_MAX = 16 << 20
# A signal wakes us when the host comes or goes; the time is for a missed one.
ABSENT_SECONDS = 1
FIFREEZE, FITHAW = 0xC0045877, 0xC0045878
# How vz recognizes the agent that it has started.
VERSION = 'vz'
WHILE_FROZEN = ('guest-info', 'guest-ping', 'guest-sync-delimited', 'guest-fsfreeze-status', 'guest-fsfreeze-thaw')


class Command:
    """A program started for the host, with its input and output."""

    def __init__(self, argv, environment, given, captures):
        stream = subprocess.PIPE if captures else subprocess.DEVNULL
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE if given else subprocess.DEVNULL, stdout=stream, stderr=stream,
            env=environment, cwd='/')
        self.collected = [bytearray(), bytearray()]
        self.threads = []
        if given:
            self.begin(self.give, given)
        if captures:
            self.begin(self.collect, self.process.stdout, self.collected[0])
            self.begin(self.collect, self.process.stderr, self.collected[1])

    def begin(self, function, *arguments):
        self.threads.append(threading.Thread(target=function, args=arguments, daemon=True))
        self.threads[-1].start()

    def give(self, given):
        try:
            self.process.stdin.write(given)
            self.process.stdin.close()
        except OSError:
            pass  # it does not want the input

    @staticmethod
    def collect(stream, collected):
        for block in iter(lambda: stream.read1(BLOCK), b''):
            collected += block[:OUTPUT_MAX - len(collected)]

    def describe(self):
        code = self.process.poll()
        if code is None or any(thread.is_alive() for thread in self.threads):
            return {'exited': False}
        status = {'exited': True}
        status.update({'exitcode': code} if code >= 0 else {'signal': -code})
        for name, data in zip(('out-data', 'err-data'), self.collected):
            if data:
                status[name] = base64.b64encode(data).decode()
        return status


class Agent:
    def __init__(self, port, wakes):
        self.port = port
        self.wakes = wakes
        self.commands = {}
        self.files = {}
        self.frozen = []
        self.functions = {
            'guest-sync-delimited': lambda arguments: arguments['id'],
            'guest-ping': lambda arguments: {},
            'guest-info': lambda arguments: {'version': VERSION},
            'guest-exec': self.execute,
            'guest-exec-status': self.execute_status,
            'guest-file-open': self.open_file,
            'guest-file-write': self.write_file,
            'guest-file-close': self.close_file,
            'guest-fsfreeze-status': lambda arguments: 'frozen' if self.frozen else 'thawed',
            'guest-fsfreeze-freeze': self.freeze,
            'guest-fsfreeze-thaw': self.thaw,
            'guest-set-time': set_time,
            'guest-shutdown': shut_down,
        }

    def execute(self, arguments):
        environment = dict(os.environ)
        environment.update(entry.partition('=')[::2] for entry in arguments.get('env', []))
        command = Command([arguments['path']] + arguments.get('arg', []), environment,
                          base64.b64decode(arguments.get('input-data', '')), arguments.get('capture-output'))
        self.commands[command.process.pid] = command
        return {'pid': command.process.pid}

    def execute_status(self, arguments):
        command = self.commands.get(arguments['pid'])
        if command is None:
            raise ValueError('PID %d does not exist' % arguments['pid'])
        status = command.describe()
        if status['exited']:
            del self.commands[arguments['pid']]
        return status

    def open_file(self, arguments):
        handle = max(self.files, default=0) + 1
        self.files[handle] = open(arguments['path'], arguments.get('mode', 'r') + 'b')
        return handle

    def write_file(self, arguments):
        data = base64.b64decode(arguments['buf-b64'])
        return {'count': self.files[arguments['handle']].write(data), 'eof': False}

    def close_file(self, arguments):
        self.files.pop(arguments['handle']).close()
        return {}

    def freeze(self, arguments):
        """The innermost mounts first: with the outer ones frozen, they could not be written."""
        try:
            for place in reversed(find_file_systems()):
                self.freeze_one(os.open(place, os.O_RDONLY | os.O_CLOEXEC))
        except OSError:
            self.thaw({})
            raise
        return len(self.frozen)

    def freeze_one(self, fd):
        try:
            fcntl.ioctl(fd, FIFREEZE, 0)
        except OSError as error:
            os.close(fd)
            if error.errno != errno.EOPNOTSUPP:
                raise
        else:
            self.frozen.append(fd)

    def thaw(self, arguments):
        count = 0
        while self.frozen:
            fd = self.frozen.pop()
            fcntl.ioctl(fd, FITHAW, 0)
            os.close(fd)
            count += 1
        return count

    def answer(self, line):
        """None: no answer is sent."""
        try:
            request = json.loads(line.decode())
            name = request['execute']
            if name not in self.functions:
                raise ValueError('The command %s has not been found' % name)
            if self.frozen and name not in WHILE_FROZEN:
                raise ValueError('The command %s is disabled while file systems are frozen' % name)
            value = self.functions[name](request.get('arguments', {}))
        except Exception as error:  # whatever a request does, the agent continues
            return {'error': {'class': 'GenericError', 'desc': describe_error(error)}}
        return {'return': value} if value is not None else None

    def obey(self, line):
        said = self.answer(line)
        if said is None:
            return
        data = json.dumps(said).encode() + b'\n'
        if b'guest-sync-delimited' in line:
            data = DELIMITER + data
        while data:
            data = data[os.write(self.port, data):]

    def serve(self):
        waiting = b''
        while True:
            block = os.read(self.port, BLOCK)
            if not block:
                # No client on the host's side. What the last one left is for nobody.
                waiting = b''
                if select.select([self.wakes], [], [], ABSENT_SECONDS)[0]:
                    os.read(self.wakes, BLOCK)
                continue
            waiting = (waiting + block).rpartition(DELIMITER)[2]
            *lines, waiting = waiting.split(b'\n')
            for line in lines:
                if line.strip():
                    self.obey(line)
            if len(waiting) > LINE_MAX:
                waiting = b''


def describe_error(error):
    if isinstance(error, OSError):
        return '%s: %s' % (error.filename, error.strerror) if error.filename else error.strerror
    if isinstance(error, KeyError):
        return '%s is missing or not known' % error
    return str(error)


def find_file_systems():
    """One place for each file system that is on a disk and mounted for writing, in the order of mounting."""
    places = {}
    with open('/proc/self/mountinfo') as mounts:
        for line in mounts:
            fields, _, rest = line.partition(' - ')
            _, _, device, _, place, options = fields.split()[:6]
            _, source, _ = rest.split(None, 2)
            if source.startswith('/dev/') and 'rw' in options.split(','):
                places.setdefault(device, place.encode().decode('unicode_escape').encode('latin-1'))
    return list(places.values())


def set_time(arguments):
    if 'time' in arguments:
        time.clock_settime(time.CLOCK_REALTIME, arguments['time'] / 1e9)
        subprocess.call(['hwclock', '-w'], stdin=subprocess.DEVNULL)
    else:
        subprocess.check_call(['hwclock', '-s'], stdin=subprocess.DEVNULL)
    return {}


def shut_down(arguments):
    option = {'powerdown': '-P', 'halt': '-H', 'reboot': '-r'}[arguments.get('mode', 'powerdown')]
    subprocess.check_call(['shutdown', option, '+0'], stdin=subprocess.DEVNULL)


def find_port():
    folder = '/sys/class/virtio-ports'
    for port in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
        try:
            with open(os.path.join(folder, port, 'name')) as name:
                if name.read().strip() == PORT_NAME:
                    return '/dev/' + port
        except OSError:
            pass  # a port without a name
    sys.exit('the guest has no virtio port ' + PORT_NAME)


def announce_changes(port):
    """Returns a descriptor that becomes readable when the host has connected or left."""
    wakes, end = os.pipe()
    os.set_blocking(end, False)
    signal.set_wakeup_fd(end)
    signal.signal(signal.SIGIO, lambda *_: None)
    fcntl.fcntl(port, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(port, fcntl.F_SETFL, fcntl.fcntl(port, fcntl.F_GETFL) | os.O_ASYNC)
    return wakes


def stay_in_memory():
    """Its memory must not depend on frozen file systems, which it has to thaw."""
    ctypes.CDLL(None).mlockall(1)  # MCL_CURRENT


def main():
    port = os.open(find_port(), os.O_RDWR | os.O_CLOEXEC)
    wakes = announce_changes(port)
    stay_in_memory()
    Agent(port, wakes).serve()


if __name__ == '__main__':
    main()

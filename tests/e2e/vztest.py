# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shared by the end-to-end tests: a separate home, running vz, restore images made by hand, TAP.

meson sets VZ_PROGRAM, VZ_TEST_FIXTURES and what fixtures.sh needs.
"""
import codecs
import functools
import hashlib
import json
import os
import plistlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import zipfile

VZ = os.environ['VZ_PROGRAM']
ARCHITECTURE = os.uname().machine
CHUNK = 4 * 1024 * 1024
MIB = 1 << 20
SANITIZED = 'VZ_TEST_SANITIZED' in os.environ


class Home:
    """A directory used as a user's home: the real one is neither read nor written."""

    def __init__(self, prefix='vz-e2e-', timeout=120):
        """@timeout: default time limit of a command, in seconds."""
        self.timeout = timeout
        self.path = tempfile.mkdtemp(prefix=prefix)
        self.runtime = os.path.join(self.path, 'run')
        os.mkdir(self.runtime, 0o700)
        self.environment = dict(os.environ, HOME=self.path, XDG_RUNTIME_DIR=self.runtime, LC_ALL='C.UTF-8',
                                TMPDIR=self.path, G_DEBUG='fatal-criticals')
        # The developer's proxy must not get between us and the tests' own server.
        self.environment['no_proxy'] = ','.join(filter(None, [os.environ.get('no_proxy'), '127.0.0.1']))
        for name in ('DATA', 'CACHE', 'STATE', 'CONFIG'):
            self.environment[f'XDG_{name}_HOME'] = os.path.join(self.path, name.lower())

    def join(self, *parts):
        return os.path.join(self.path, *parts)

    def vz(self, *arguments, timeout=None, stdin=subprocess.DEVNULL, **more):
        return subprocess.run([VZ, *arguments], env=self.environment, timeout=timeout or self.timeout, text=True,
                              stdin=None if 'input' in more else stdin, capture_output=True, **more)

    def start(self, *arguments, **more):
        return subprocess.Popen([VZ, *arguments], env=self.environment, stdin=subprocess.DEVNULL, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **more)

    def files(self):
        """All files below, except socket directories, logs and notes about a bundle's users, which may stay."""
        found = set()
        for here, dirs, names in os.walk(self.path):
            dirs[:] = [name for name in dirs if os.path.join(here, name) not in (self.runtime, self.join('state'))]
            found.update(os.path.relpath(os.path.join(here, name), self.path) for name in names if name != '.holder')
        return found

    def processes(self, word='qemu-system'):
        """Processes of this home with @word in their command line."""
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open(f'/proc/{pid}/cmdline', 'rb') as file:
                    line = file.read().replace(b'\0', b' ').decode(errors='replace')
            except OSError:
                continue
            if self.path in line and word in line:
                found.append(int(pid))
        return found

    def close(self):
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.path, ignore_errors=True)


def in_bounds():
    """For preexec_fn: limits the program's memory and processor time. Sanitizers need more of both."""
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))


def needs_little_memory(home, *arguments, code=0):
    """Runs vz in less than 150 MB, through a small process, since our own children start with our memory."""
    command = [sys.executable, '-c', 'import resource, subprocess, sys\n'
               'done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n'
               f'assert done.returncode == {code}, done\n'
               'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)', VZ, *arguments]
    result = subprocess.run(command, env=home.environment, check=True, stdout=subprocess.PIPE, text=True, timeout=600)
    assert SANITIZED or int(result.stdout) * 1024 < 150 * MIB, result.stdout


def has_open(pid, path):
    """Whether the process has the file open: qemu-nbd creates its socket before it opens the image."""
    folder = f'/proc/{pid}/fd'
    return os.path.realpath(path) in [os.path.realpath(os.path.join(folder, name)) for name in os.listdir(folder)]


def eventually(what, seconds, test, interval=0.2):
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise AssertionError(f'{what() if callable(what) else what}: not within {seconds} s')
        time.sleep(interval)


def expect(result, code, *texts):
    """Expects the exit code, and each text somewhere in the output."""
    said = result.stdout + result.stderr
    assert result.returncode == code, f'exit code {result.returncode}, not {code}: {said}'
    for text in texts:
        assert text in said, f'{text!r} is not in: {said}'
    return result


def composed_image():
    """The restore image of a real Debian that all tests share."""
    script = '. "$VZ_TEST_FIXTURES"; composed_image'
    return subprocess.run(['sh', '-c', script], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def zstd(data):
    return subprocess.run(['zstd', '-q', '-c'], input=data, check=True, stdout=subprocess.PIPE).stdout


def small_image(path, architecture=ARCHITECTURE, cpus=1, memory_mb=512, manifest=True, spoil=None,
                minimum_disk=64 << 20):
    """A restore image with one small partition, well-formed except for what the arguments request. @spoil: number of a
    chunk that does not match its digest."""
    device_class = {'x86_64': 'q35-x86_64', 'aarch64': 'virt-aarch64'}.get(architecture, 'other')
    chunks = [zstd(bytes([number]) * CHUNK) for number in (1, 2, 3)]
    digests = b''.join(hashlib.sha256(chunk).digest() for chunk in chunks)
    component = {
        'Info': {'Path': 'Chunks/RootFileSystem', 'ChunkSize': CHUNK, 'Size': len(chunks) * CHUNK, 'Order': 0,
                 'PartitionType': '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709', 'PartitionName': 'root', 'Grow': True,
                 'HashMethod': 'sha2-256'},
        'ChunkDigests': digests,
        'Digest': hashlib.sha256(digests).digest(),
    }
    info = {'DeviceClass': device_class, 'Variant': 'Customer Erase Install (IPSW)', 'RestoreBehavior': 'Erase',
            'BuildNumber': 'test', 'VirtualMachineMinCPUCount': cpus, 'VirtualMachineMinMemorySizeMB': memory_mb,
            'Architecture': architecture, 'MinimumDiskSize': minimum_disk}
    build = {'ManifestVersion': 0, 'ProductName': 'Test', 'ProductVersion': '1.0', 'ProductBuildVersion': 'test',
             'SupportedProductTypes': [f'VzGeneric-{architecture}'],
             'BuildIdentities': [{'Info': info, 'Manifest': {'RootFileSystem': component}}]}
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_STORED) as archive:
        if manifest:
            archive.writestr('BuildManifest.plist', plistlib.dumps(build))
        for number, chunk in enumerate(chunks):
            if number == spoil:
                chunk = chunk[:-1] + bytes([chunk[-1] ^ 1])
            archive.writestr(f'Chunks/RootFileSystem/{number:06}.zst', chunk)
    return path


def small_guest(home, name='small.bundle', options='', **changes):
    """A bundle around the small kernel guest of tests/guest: a serial console, a screen in text mode, keyboard and
    mouse of the board's own (its kernel has no USB). @options: for its kernel; "agent=none": it has no guest agent.
    @changes: keys of the configuration."""
    folder = os.environ['VZ_TEST_GUEST']
    made = subprocess.run([os.environ['VZ_TEST_MAKE_GUEST'], ARCHITECTURE, folder], capture_output=True, text=True)
    if made.returncode:
        raise Skip(f'tests/guest/make-guest could not make the small guest: {made.stderr}')
    path = home.join(name)
    os.mkdir(path)
    with open(os.path.join(path, 'HardwareModel'), 'wb') as file:
        plistlib.dump({'DataRepresentationVersion': 1, 'Architecture': ARCHITECTURE,
                       'MachineType': 'pc-q35-7.2' if ARCHITECTURE == 'x86_64' else 'virt-7.2'}, file,
                      fmt=plistlib.FMT_BINARY)
    with open(os.path.join(path, 'MachineIdentifier'), 'wb') as file:
        plistlib.dump({'ECID': int.from_bytes(os.urandom(8), 'big') >> 1}, file, fmt=plistlib.FMT_BINARY)
    with open(os.path.join(path, 'Disk.img'), 'wb') as file:
        file.truncate(1 << 20)
    # A kernel that is emulated on a busy host may find its timer broken in its first moments, and give up.
    serial = 'ttyS0 no_timer_check' if ARCHITECTURE == 'x86_64' else 'ttyAMA0'
    configuration = {
        'type': 'VzVirtualMachineConfiguration',
        'platform': {'type': 'VzGenericPlatformConfiguration'},
        'boot-loader': {'type': 'VzLinuxBootLoader', 'kernel-path': f'{folder}/{ARCHITECTURE}/kernel',
                        'initial-ramdisk-path': f'{folder}/{ARCHITECTURE}/initramfs',
                        'command-line': f'console=tty0 console={serial} panic=-1 {options}'.strip()},
        'cpu-count': 1, 'memory-size': 256 << 20,
        'storage-devices': [{'type': 'VzVirtioBlockDeviceConfiguration',
                             'attachment': {'type': 'VzDiskImageStorageDeviceAttachment', 'path': 'Disk.img'}}],
        'graphics-devices': [{'type': 'VzVirtioGraphicsDeviceConfiguration',
                              'scanouts': [{'type': 'VzVirtioGraphicsScanoutConfiguration', 'width-in-pixels': 1024,
                                            'height-in-pixels': 768}]}],
        'serial-ports': [{'type': 'VzUARTSerialPortConfiguration',
                          'attachment': {'type': 'VzSocketSerialPortAttachment'}}],
        **changes}
    with open(os.path.join(path, 'Configuration.json'), 'w') as file:
        json.dump(configuration, file)
    return path


class Console:
    """The serial console of a running machine, as the small guest talks on it."""

    def __init__(self, home, bundle):
        with open(os.path.join(bundle, 'MachineIdentifier'), 'rb') as file:
            name = f"{plistlib.load(file)['ECID']:016x}"
        self.runtime = os.path.join(home.runtime, 'vz', name)
        self.text = ''
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(os.path.join(self.runtime, 'console.sock'))
        # A guest blocks while nobody reads its output.
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        decoder = codecs.getincrementaldecoder('utf-8')('replace')  # a character may arrive in two parts
        try:
            while data := self.socket.recv(4096):
                self.text += decoder.decode(data)
        except ConnectionResetError:
            pass  # QEMU was killed; the test is about something else

    def close(self):
        """Only one client can be connected."""
        self.socket.shutdown(socket.SHUT_RDWR)

    def say(self, line):
        try:
            self.socket.sendall(line.encode() + b'\n')
        except BrokenPipeError as error:
            raise AssertionError(f'the machine has ended; its console said: {self.text[-2000:]}') from error

    def expect(self, text, seconds=120):
        try:
            eventually(f'{text!r} on the console', seconds, lambda: text in self.text)
        except AssertionError as error:
            raise AssertionError(f'{error}; it said: {self.text[-2000:]}') from None

    def answers(self):
        self.say('echo I am up')
        time.sleep(0.5)
        # A newly opened terminal echoes the end of its input; the guest adds "ok".
        return 'I am up\nok' in '\n'.join(line.strip() for line in self.text.splitlines())

    def wait_until_up(self):
        """The guest says READY once, perhaps before anyone listens, so it is asked."""
        eventually('an answer of the guest', 180, self.answers)


def full_pipe():
    """The writing end of a pipe whose reader does not read."""
    ends = os.pipe()
    os.set_blocking(ends[1], False)
    try:
        while True:
            os.write(ends[1], b'x' * 4096)
    except BlockingIOError:
        pass
    os.set_blocking(ends[1], True)
    return ends


class Skip(Exception):
    """Raised by a test if this host lacks what it needs."""


@functools.cache
def mounter():
    """The prefix of a command that mounts something, as this user may. The mounts end with the command."""
    for words in (['unshare', '--mount'], ['unshare', '--user', '--map-root-user', '--mount']):
        tried = subprocess.run([*words, 'mount', '-t', 'tmpfs', 'none', '/mnt'], capture_output=True, text=True)
        if tried.returncode == 0:
            return words
    raise Skip(f'this user can mount nothing, also not in a namespace of his own: {tried.stderr.strip()}')


def last_event(result):
    return json.loads(result.stdout.splitlines()[-1])


def main(tests):
    """Runs the functions in @tests, each with its own home unless it takes no argument. TAP on standard output."""
    print(f'1..{len(tests)}', flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace('_', ' ')
        home = Home() if test.__code__.co_argcount else None
        start = time.monotonic()
        try:
            test(home) if home else test()
            print(f'ok {number} - {name}', flush=True)
        except Skip as reason:
            print(f'ok {number} - {name} # SKIP {reason}', flush=True)
        except Exception:  # a test that fails must not keep the others from running
            failed += 1
            print(f'not ok {number} - {name}', flush=True)
            print(traceback.format_exc(), file=sys.stderr, flush=True)
        finally:
            if home:
                home.close()
            print(f'# {time.monotonic() - start:.1f} s', flush=True)
    sys.exit(1 if failed else 0)

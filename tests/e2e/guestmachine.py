# SPDX-License-Identifier: LGPL-2.1-or-later
"""A whole Debian for the programs of suite guest: installed, booted and saved once. Each program has its own copy,
including the disk, which resumes from where it was saved."""
import contextlib
import fcntl
import json
import os
import shutil
import subprocess

from vztest import VZ, Home, composed_image, expect

BOOT = 900  # seconds that a guest may take to boot on a slow and busy host
CACHE = os.environ['VZ_TEST_CACHE']
PREFIX = 'vz,a=b-'  # characters that could break QEMU's command line


@contextlib.contextmanager
def locked():
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(CACHE, 'machine.lock'), 'w', encoding='utf-8') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def copy(source, target):
    """Keeps times, as a saved state requires, and holes."""
    subprocess.run(['cp', '-a', '--sparse=always', source, target], check=True)


def folder():
    """Path of the machine that this vz has installed from this image."""
    words = [f'{os.stat(path).st_size:x}-{os.stat(path).st_mtime_ns:x}' for path in (VZ, composed_image())]
    return os.path.join(CACHE, 'machine-' + '-'.join(words))


def install(place):
    home = Home(PREFIX, BOOT)
    try:
        key = home.join('key')
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], check=True)
        result = expect(home.vz('install', '--json', '--name', 'first-guest', '--user', 'tester', '--ssh-key', key + '.pub',
                                '--cpus', '2', '--memory', '1G', composed_image(), timeout=1200), 0)
        assert not home.processes(), 'QEMU is left'
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place)
        with open(os.path.join(place, 'events'), 'w', encoding='utf-8') as file:
            file.write(result.stdout)
        copy(home.join('data'), place)
        shutil.rmtree(os.path.join(place, 'data', 'vz', 'bundles'))  # the registry, which would list this one as missing
        copy(home.join('VM.bundle'), os.path.join(place, 'installed'))
    finally:
        home.close()


def save(place):
    home = Home(PREFIX, BOOT)
    try:
        copy(os.path.join(place, 'data'), home.path)
        copy(os.path.join(place, 'installed'), home.join('VM.bundle'))
        expect(home.vz('run', '--detach', '--wait', 'ssh', timeout=BOOT), 0)
        expect(home.vz('save', timeout=BOOT), 0)
        copy(home.join('VM.bundle'), os.path.join(place, 'saved'))
    finally:
        home.close()


def get(home, name):
    with locked():
        place = folder()
        if not os.path.exists(os.path.join(place, 'installed')):
            for other in os.listdir(CACHE):
                if other.startswith('machine-'):
                    shutil.rmtree(os.path.join(CACHE, other))
            install(place)
        if name == 'saved' and not os.path.exists(os.path.join(place, 'saved')):
            save(place)
        shutil.copytree(os.path.join(place, 'data'), home.join('data'), symlinks=True, dirs_exist_ok=True)
        copy(os.path.join(place, name), home.join('VM.bundle'))
        with open(os.path.join(place, 'events'), encoding='utf-8') as file:
            return [json.loads(line) for line in file]


def installed(home):
    """Puts the machine, not booted yet, into @home as VM.bundle. Returns the output of `vz install --json`."""
    return get(home, 'installed')


def running(home):
    """Puts the running machine there. Returns the output of `vz run`."""
    get(home, 'saved')
    done = expect(home.vz('run', '--detach', '--wait', 'agent', timeout=BOOT), 0, 'restored')
    return done.stdout + done.stderr


def ask(home, script, *bundle):
    """The output of the shell script @script in the guest."""
    return expect(home.vz('exec', '-n', *bundle, '--', 'sh', '-c', script), 0).stdout.strip()


def identity(home, *bundle):
    """machine-id, host key, MAC address"""
    line = 'cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub /sys/class/net/e*/address'
    lines = ask(home, line, *bundle).split('\n')
    return [lines[0], lines[1].split()[1], lines[2]]

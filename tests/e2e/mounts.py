# SPDX-License-Identifier: LGPL-2.1-or-later
"""File systems for tests: what this user may mount, and calls disabled by a preloaded library."""
import os
import shutil
import signal
import subprocess
import sys
import time

from vztest import SANITIZED, Skip

CALLS = ('renameat2', 'linkat', 'fallocate', 'copy_file_range', 'fchmod', 'fsync', 'SEEK_DATA', 'O_TMPFILE', 'syncfs')
ERRORS = ('EINVAL', 'ENOSYS', 'EOPNOTSUPP', 'EPERM')
# All of them, with each error by which a file system reports that it does not support them.
NONE_OF_THEM = [','.join(f'{call}={error}' for call in CALLS) for error in ERRORS]


class Mount:
    """A separate file system below @home, unmounted at the end."""

    def __init__(self, home, name):
        self.home, self.place, self.loop = home, home.join(name), None
        os.mkdir(self.place)

    def run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Skip(f'{command[0]}: {done.stderr.strip() or done.returncode}')
        return done.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A failed test leaves its guest running, which keeps the mount busy.
        for pid in self.home.processes():
            os.kill(pid, signal.SIGKILL)
        for _ in range(50):
            if subprocess.run(['umount', self.place], capture_output=True).returncode == 0 or \
                    subprocess.run(['fusermount', '-u', self.place], capture_output=True).returncode == 0:
                break
            time.sleep(0.2)
        if self.loop:
            subprocess.run(['losetup', '--detach', self.loop], check=False)


def need(*programs):
    for program in programs:
        if not shutil.which(program, path=os.environ['PATH'] + ':/usr/sbin:/sbin'):
            raise Skip(f'{program} is not installed')


def formatted(home, kind, size, *options):
    need(f'mkfs.{kind}')
    if os.geteuid() != 0:
        raise Skip('only root may mount a file system')
    file = home.join(f'{kind}.img')
    with open(file, 'wb') as disk:
        disk.truncate(size)
    mount = Mount(home, kind)
    mount.run(shutil.which(f'mkfs.{kind}', path=os.environ['PATH'] + ':/usr/sbin:/sbin'), *options, file)
    if subprocess.run(['mount', '-t', kind, '-o', 'loop', file, mount.place], capture_output=True).returncode:
        # The kernel may lack it: FUSE has a good one for exfat.
        if kind != 'exfat':
            raise Skip(f'the kernel has no {kind}')
        need('mount.exfat-fuse')
        mount.loop = mount.run('losetup', '--find', '--show', file).strip()
        mount.run('mount.exfat-fuse', mount.loop, mount.place)
    return mount


def bindfs(home, *options):
    """What is written there ends up in 'behind' below @home."""
    need('bindfs')
    mount = Mount(home, 'there')
    os.mkdir(home.join('behind'))
    mount.run('bindfs', *options, home.join('behind'), mount.place)
    return mount


def take_away(home, calls):
    """From now on vz runs without @calls, in the form "renameat2=EINVAL,fchmod=EPERM"."""
    if SANITIZED:
        raise Skip('a sanitizer wants to be the first library')
    home.environment['LD_PRELOAD'] = os.environ['VZ_TEST_LACKING']
    home.environment['VZ_LACKING'] = 'O_TMPFILE=ENOSYS'
    # The library itself may fail to intercept calls, unnoticed here.
    script = f'import os; os.open({home.path!r}, os.O_TMPFILE | os.O_RDWR)'
    tried = subprocess.run([sys.executable, '-c', script], env=home.environment, capture_output=True, text=True)
    assert tried.returncode and 'Function not implemented' in tried.stderr, tried
    home.environment['VZ_LACKING'] = calls

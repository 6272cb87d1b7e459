#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Backups of a real guest that writes, and a disk that grows under it."""
import json
import os
import signal
import struct
import subprocess
import time

from guestmachine import BOOT, PREFIX, running
from vztest import MIB, Home, eventually, expect, main

home = Home(PREFIX, BOOT)


def check_root_file_system(bundle):
    """Offline, as it is: no errors and no journal to be replayed."""
    disk = os.path.join(bundle, 'Disk.img')
    table = json.loads(subprocess.run(['/usr/sbin/sfdisk', '-J', disk], check=True, capture_output=True).stdout)
    start = max(entry['start'] for entry in table['partitiontable']['partitions']) * 512
    place = f'{disk}?offset={start}'
    checked = subprocess.run(['/usr/sbin/e2fsck', '-f', '-n', place], capture_output=True, text=True)
    assert checked.returncode == 0 and 'recover' not in checked.stdout + checked.stderr, checked
    features = subprocess.run(['/usr/sbin/dumpe2fs', '-h', place], check=True, capture_output=True, text=True).stdout
    assert 'needs_recovery' not in features, features


def goes_on():
    running(home)


def backs_up_while_it_writes():
    """Clean in every backup, and the guest never noticed. Interrupted ones leave the guest writing, and nothing
    else."""
    backup, restored = home.join('vm.backup'), home.join('restored.bundle')
    writes = ('while :; do dd if=/dev/urandom of=/var/tmp/junk bs=64k count=64 2>/dev/null; cp /var/tmp/junk /var/tmp/copy; '
              'rm -rf /var/tmp/tree; mkdir /var/tmp/tree; for n in 1 2 3 4 5 6 7 8 9; do echo $n > /var/tmp/tree/$n; done; done')
    writer = home.start('exec', '--', 'sh', '-c', writes)
    time.sleep(3)
    before = home.files()
    for number in (signal.SIGINT, signal.SIGTERM):
        process = home.start('backup', backup)
        time.sleep(2)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130, errors
        assert home.files() == before, home.files() - before
        expect(home.vz('exec', '--', 'sh', '-c', 'date > /var/tmp/goes-on && sync', timeout=60), 0)
    process = home.start('backup', backup)
    time.sleep(2)
    process.kill()
    process.communicate(timeout=60)
    assert home.files() == before, home.files() - before
    for _ in range(2):
        assert writer.poll() is None, writer.stderr.read()
        expect(home.vz('backup', backup, timeout=BOOT), 0)
        expect(home.vz('restore-backup', backup, restored, timeout=BOOT), 0, 'in use')
        check_root_file_system(restored)
        expect(home.vz('check', restored), 4, 'has the same one')  # as the original, and nothing else is wrong
        expect(home.vz('delete', '--force', restored), 0)  # it is another bundle, which is at rest
        os.remove(backup)
    assert writer.poll() is None, writer.stderr.read()
    writer.send_signal(signal.SIGINT)
    writer.communicate(timeout=60)


# Counts at the start of the disk, then at its end: at any moment the first is ahead by at most one.
COUNTS = ('use Fcntl; sysopen (D, "/dev/sda", O_WRONLY | O_SYNC) or die; for ($n = 1; ; $n++) { for $at (0, $ARGV[0]) '
          '{ sysseek (D, $at, 0); syswrite (D, pack ("Q<", $n) . "x" x 504); } }')


def counts_of(path, size):
    with open(path, 'rb') as file:
        first, = struct.unpack('<Q', file.read(8))
        file.seek(size - 512)
        last, = struct.unpack('<Q', file.read(8))
    return first, last


def backs_up_a_usb_disk_at_one_moment():
    """A disk in the bundle that was attached while the guest ran."""
    stick, backup, restored = home.join('VM.bundle', 'stick.img'), home.join('usb.backup'), home.join('usb.bundle')
    size = 96 * MIB  # more than is copied while the guest is frozen
    with open(stick, 'wb') as file:
        file.write(os.urandom(size))
    expect(home.vz('usb', 'attach', stick), 0)
    eventually('a disk in the guest', 60, lambda: home.vz('exec', '-n', '--', 'test', '-b', '/dev/sda').returncode == 0)
    writer = home.start('exec', '-n', '--', 'perl', '-e', COUNTS, str(size - 512))
    # It has random bytes at first.
    eventually('the counts', 120, lambda: 10 < counts_of(stick, size)[0] < 1 << 32)
    assert writer.poll() is None, writer.stderr.read()
    expect(home.vz('backup', backup, timeout=BOOT), 0)
    writer.send_signal(signal.SIGINT)
    writer.communicate(timeout=60)
    expect(home.vz('usb', 'detach', stick), 0)
    expect(home.vz('restore-backup', backup, restored, timeout=BOOT), 0)
    first, last = counts_of(os.path.join(restored, 'stick.img'), size)
    assert first > 10 and first - last in (0, 1), (first, last)
    expect(home.vz('delete', '--force', restored), 0)
    os.unlink(stick)
    os.unlink(backup)


def grows_while_it_runs():
    disk = home.join('VM.bundle', 'Disk.img')

    def size_of_root():
        return int(expect(home.vz('exec', '--', 'sh', '-c', 'df -B1 --output=size / | tail -n 1'), 0).stdout)

    before = size_of_root()
    expect(home.vz('resize', '+8G', timeout=BOOT), 0, 'has grown too')
    assert os.stat(disk).st_size == 136 << 30
    assert size_of_root() > before + 7 * 10**9, (before, size_of_root())
    checked = subprocess.run(['/usr/sbin/sfdisk', '--verify', disk], capture_output=True, text=True)
    assert checked.returncode == 0 and 'backup' not in checked.stdout + checked.stderr, checked
    expect(home.vz('resize', '136G', timeout=BOOT), 0)
    expect(home.vz('resize', '128G'), 2, 'not shrink')


try:
    main([goes_on, backs_up_while_it_writes, backs_up_a_usb_disk_at_one_moment, grows_while_it_runs])
finally:
    home.close()

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Disks of the small guest: ephemeral runs that leave no trace, growing while it runs and while it does not."""
import hashlib
import os
import shutil
import signal
import subprocess

from vztest import MIB, Console, Home, eventually, expect, main, small_guest

home = Home()
bundle = None


def disk(path=None):
    return os.path.join(path or bundle, 'Disk.img')


def digests(path=None):
    """Of every file in the bundle, with times: nothing may change except the note about its last user."""
    folder = path or bundle
    found = {}
    for name in set(os.listdir(folder)) - {'.holder'}:
        with open(os.path.join(folder, name), 'rb') as file:
            found[name] = hashlib.sha256(file.read()).hexdigest(), os.stat(file.fileno()).st_mtime_ns
    return found


def written(path=None):
    with open(disk(path), 'rb') as file:
        return file.read(64).rstrip(b'\0').decode()


def guest_writes(text, then=''):
    """And @then is printed; returns what the console prints after it."""
    console = None

    def connects():
        nonlocal console
        try:
            console = Console(home, bundle)
        except OSError:
            return False
        return True

    eventually('the console', 60, connects)
    console.wait_until_up()
    console.say('write ' + text)
    console.say(then)
    console.say('echo wrote ' + text)
    console.expect('\nwrote ' + text)
    console.close()
    return console.text


def deleted_files_in_use():
    """Files held by QEMU that no longer have a name, and the size of their data."""
    found = {}
    for pid in home.processes():
        for number in os.listdir(f'/proc/{pid}/fd'):
            try:
                target = os.readlink(f'/proc/{pid}/fd/{number}')
                if target.startswith(home.path) and target.endswith('(deleted)'):
                    found[target] = os.stat(f'/proc/{pid}/fd/{number}').st_blocks * 512
            except FileNotFoundError:  # closed since the folder was read
                pass
    return found


def runs_normally_first():
    global bundle
    bundle = small_guest(home)
    os.mkdir(home.join('tmp'))
    home.environment['TMPDIR'] = home.join('tmp')
    expect(home.vz('run', '--detach', bundle), 0)
    guest_writes('kept')
    assert written() == 'kept'
    expect(home.vz('stop', bundle), 0)


def a_copy_is_another_machine():
    """Two bundles with the same identifier: what is meant for one does not reach the other. A bundle moved while it
    runs is still itself."""
    twin, moved = home.join('twin.bundle'), home.join('moved.bundle')
    subprocess.run(['cp', '-a', '--sparse=always', bundle, twin], check=True)
    expect(home.vz('run', '--detach', bundle), 0)
    for command in ('stop', 'save', 'pause'):
        expect(home.vz(command, twin), 1, 'twin.bundle', 'is not running')
    expect(home.vz('run', '--detach', twin), 6, 'in use')
    os.rename(bundle, moved)
    expect(home.vz('stop', moved), 0)
    os.rename(moved, bundle)
    shutil.rmtree(twin)


def ephemeral_changes_nothing():
    before = digests()
    expect(home.vz('run', '--detach', '--ephemeral', bundle), 0, 'discarded when it ends')
    guest_writes('lost')
    assert deleted_files_in_use(), 'there is no overlay'
    assert sum(deleted_files_in_use().values()) > 0, 'nothing is in it'
    assert os.listdir(home.join('tmp')) == []
    for command, arguments in (('save', ()), ('clone', (home.join('no.bundle'),)), ('backup', (home.join('no.backup'),)),
                               ('resize', ('2G',))):
        expect(home.vz(command, bundle, *arguments), 1, 'ephemeral')
    assert not os.path.exists(home.join('no.bundle')) and not os.path.exists(home.join('no.backup'))
    guest_writes('lost again')  # it continued
    expect(home.vz('stop', bundle), 0)
    assert digests() == before, 'the bundle has changed'


def ephemeral_leaves_nothing_when_killed():
    before = digests()
    for victim in ('qemu', 'vz'):
        process = home.start('run', '--headless', '--ephemeral', bundle)
        eventually('QEMU runs', 60, home.processes)
        guest_writes('lost')
        if victim == 'vz':
            process.kill()
            process.communicate(timeout=60)
        for pid in home.processes():
            os.kill(pid, signal.SIGKILL)
        if victim == 'qemu':
            process.communicate(timeout=60)
        eventually('QEMU is gone', 60, lambda: not home.processes())
        assert os.listdir(home.join('tmp')) == [] and digests() == before, victim


def ephemeral_stops_on_a_signal():
    before = digests()
    process = home.start('run', '--headless', '--ephemeral', bundle)
    eventually('QEMU runs', 60, home.processes)
    guest_writes('lost')
    process.terminate()
    _, errors = process.communicate(timeout=180)
    assert process.returncode == 0 and 'asking the guest to stop' in errors, errors
    assert digests() == before and not home.processes()
    expect(home.vz('run', '--ephemeral', '--on-close', 'save', bundle), 2, 'exclude')


def ephemeral_leaves_a_saved_state():
    expect(home.vz('run', '--detach', bundle), 0)
    guest_writes('kept')
    expect(home.vz('save', bundle), 0)
    before = digests()
    expect(home.vz('run', '--detach', '--ephemeral', bundle), 0, 'saved state is kept')
    guest_writes('lost')
    expect(home.vz('stop', bundle), 0)
    assert digests() == before
    expect(home.vz('resize', bundle, '2G'), 1, 'saved state')
    assert digests() == before
    # It can still be used for what it was saved for.
    expect(home.vz('run', '--detach', bundle), 0, 'restored')
    expect(home.vz('stop', bundle), 0)


def ephemeral_needs_room():
    mounted = home.join('small')
    os.mkdir(mounted)
    made = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=16M', 'tmpfs', mounted], capture_output=True, text=True)
    home.environment['TMPDIR'] = mounted if made.returncode == 0 else home.join('none')
    try:
        expect(home.vz('run', '--detach', '--ephemeral', bundle), 3 if made.returncode == 0 else 5, home.environment['TMPDIR'])
    finally:
        home.environment['TMPDIR'] = home.join('tmp')
        if made.returncode == 0:
            subprocess.run(['umount', mounted], check=True)
    assert not home.processes()


def grows_while_it_runs():
    expect(home.vz('run', '--detach', bundle), 0)
    guest_writes('kept')
    expect(home.vz('resize', '--disk-only', bundle, '3M'), 0, 'sees the larger disk')
    assert os.stat(disk()).st_size == 3 * MIB
    expect(home.vz('resize', '--disk-only', bundle, '+1M'), 0)
    assert os.stat(disk()).st_size == 4 * MIB
    assert f'size {4 * MIB // 512}' in guest_writes('kept', 'size')
    expect(home.vz('resize', '--disk-only', bundle, '3M'), 2, 'not shrink')
    # Its agent runs no programs, so it cannot grow a file system: the disk has grown all the same.
    expect(home.vz('resize', bundle, '5M'), 1, 'guest')
    expect(home.vz('stop', bundle), 0)
    assert written() == 'kept'


def largest_file_is_no_limit():
    """Whether the file system accepts a file of 100 TiB: ext4 does not, XFS does."""
    with open(home.join('large'), 'wb') as file:
        try:
            file.truncate(100 << 40)
        except OSError:
            return False
        finally:
            os.remove(home.join('large'))
    return True


def what_the_file_system_cannot_hold_is_said_first():
    """The screenshot's folder, too; whether the machine runs or not, and with nothing changed."""
    size = os.stat(disk()).st_size
    for state in ('at rest', 'running'):
        if not largest_file_is_no_limit():
            expect(home.vz('resize', bundle, '100T'), 3, disk())
        assert os.stat(disk()).st_size == size
        if state == 'at rest':
            expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('screenshot', bundle, home.join('none/x.png')), 5, home.join('none'))
    expect(home.vz('stop', '--force', bundle), 0)


def grows_while_it_is_stopped():
    expect(home.vz('resize', bundle, '8M'), 0, 'contents are unchanged')
    assert os.stat(disk()).st_size == 8 * MIB and written() == 'kept'
    expect(home.vz('resize', bundle, '8M'), 0)
    for size, code, text in (('7M', 2, 'not shrink'), ('many', 2, "'many'"), ('0', 2, "'0'"),
                             ('8388609', 2, '512'), ('+9999999999T', 2, '9999999999T')):
        expect(home.vz('resize', bundle, size), code, text)
    expect(home.vz('resize', home.join('none.bundle'), '8G'), 5, 'none.bundle')
    assert os.stat(disk()).st_size == 8 * MIB


def partition_table_follows():
    """According to sfdisk: no complaint, the last partition up to the end, the others unchanged."""
    table = ('label: gpt\nfirst-lba: 2048\n'
             'start=2048, size=2048, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=esp\n'
             'start=4096, size=8192, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=root\n')
    for kind, grows in (('4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709', True), ('0657FD6D-A4AB-43C4-84E5-0933C84B4F4F', False)):
        copy = home.join('table.bundle')
        shutil.copytree(bundle, copy)
        with open(disk(copy), 'wb') as file:
            file.truncate(8 * MIB)
        subprocess.run(['sfdisk', '-q', disk(copy)], input=table.replace('4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709', kind),
                       text=True, check=True)
        expect(home.vz('resize', copy, '1G'), 0, 'has grown' if grows else 'contents are unchanged')
        checked = subprocess.run(['sfdisk', '--verify', disk(copy)], capture_output=True, text=True)
        assert checked.returncode == 0 and 'backup' not in checked.stdout + checked.stderr, checked
        sizes = subprocess.run(['sfdisk', '-d', disk(copy)], capture_output=True, text=True, check=True).stdout
        assert 'start=        2048, size=        2048' in sizes, sizes
        end = (1 << 30) // 512 - 2048
        assert f'size=     {end - 4096}' in sizes if grows else 'size=        8192' in sizes, sizes
        shutil.rmtree(copy)


def damaged_table_is_not_touched():
    copy = home.join('table.bundle')
    shutil.copytree(bundle, copy)
    with open(disk(copy), 'wb') as file:
        file.truncate(8 * MIB)
    subprocess.run(['sfdisk', '-q', disk(copy)], input='label: gpt\nstart=2048, size=2048\n', text=True, check=True)
    with open(disk(copy), 'r+b') as file:  # both copies of the entries
        for at in (1024, 8 * MIB - 33 * 512):
            file.seek(at)
            file.write(b'x' * 128)
    with open(disk(copy), 'rb') as file:
        before = file.read()
    result = home.vz('resize', copy, '16M')
    with open(disk(copy), 'rb') as file:
        assert file.read(len(before)) == before, 'it was written to'
    assert result.returncode in (0, 4) and 'has grown' not in result.stdout, result
    shutil.rmtree(copy)


def copy_refuses():
    """What is refused without needing a guest."""
    local = home.join('file')
    with open(local, 'w') as file:
        file.write('x')
    for code, text, arguments in (
            (2, 'in the guest', (local, home.join('other'))),
            (2, 'in the guest', (':/etc/hosts', ':/tmp/hosts')),
            (2, "must begin with '/'", (local, ':tmp/x')),
            (2, "must begin with '/'", (local, 'web:x')),
            (2, 'empty', ('', ':/tmp')),
            (2, 'does not end in a name', (home.join('..') + '/..', ':/tmp')),
            (2, 'missing', (local,)),
            (5, 'web', (local, 'web:/tmp/x')),
            (1, 'not running', (local, bundle + ':/tmp/x'))):
        expect(home.vz('copy', *arguments), code, text)


try:
    main([runs_normally_first, a_copy_is_another_machine, ephemeral_changes_nothing,
          ephemeral_leaves_nothing_when_killed, ephemeral_stops_on_a_signal, ephemeral_leaves_a_saved_state,
          ephemeral_needs_room, grows_while_it_runs, grows_while_it_is_stopped, what_the_file_system_cannot_hold_is_said_first,
          partition_table_follows, damaged_table_is_not_touched, copy_refuses])
finally:
    home.close()

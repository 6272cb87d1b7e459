#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who runs a machine and who uses its disk is known in every session, and the list says so."""
import json
import os
import shutil
import signal
import subprocess

from vztest import ARCHITECTURE, Home, Skip, eventually, expect, has_open, main, small_guest

home = Home()
bundle = None


def listed(**more):
    result = home.vz('list', '--json', **more)
    expect(result, 0)
    return {entry['bundle']: entry for entry in map(json.loads, result.stdout.splitlines())}


def state(path=None):
    return listed()[path or bundle]['state']


def other_session(name):
    """The environment of the same user in another session."""
    folder = home.join(name)
    os.makedirs(folder, 0o700, exist_ok=True)
    return {**home.environment, 'HOME': folder, 'XDG_RUNTIME_DIR': folder, 'XDG_STATE_HOME': folder, 'XDG_DATA_HOME': folder}


def in_session(environment, *arguments):
    return subprocess.run([os.environ['VZ_PROGRAM'], *arguments], env=environment, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120)


def states():
    global bundle
    bundle = small_guest(home)
    expect(home.vz('run', '--detach', bundle), 0)
    assert state() == 'running'
    expect(home.vz('pause', bundle), 0)
    assert state() == 'paused'
    expect(home.vz('resume', bundle), 0)
    assert state() == 'running'


def other_session_sees_it():
    other = other_session('other')
    shown = in_session(other, 'show', '--json', bundle)
    expect(shown, 0)
    assert json.loads(shown.stdout)['state'] == 'running', shown.stdout
    for arguments in (['set', bundle, 'cpu-count=1'], ['delete', '--force', bundle], ['run', '--detach', bundle]):
        expect(in_session(other, *arguments), 6, 'process', 'qemu-system')
    assert not [name for name in os.listdir(home.join('other')) if name != 'vz'], 'looking has made something'
    expect(in_session(other, 'stop', '--force', bundle), 0)
    assert state() == 'stopped'


def foreign_users():
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('save', bundle), 0)
    assert state() == 'saved'
    if shutil.which('qemu-nbd') is None:
        raise Skip('there is no qemu-nbd')
    socket = home.join('nbd.sock')
    save_file = os.path.join(bundle, 'SaveFile.vzvmsave')
    disk = os.path.join(bundle, 'Disk.img')
    nbd = subprocess.Popen(['qemu-nbd', '-f', 'raw', '-t', '-k', socket, disk])
    try:
        eventually('qemu-nbd', 30, lambda: os.path.exists(socket) and has_open(nbd.pid, disk))
        for arguments in (['run', '--detach', bundle], ['resize', bundle, '+1M'], ['check', bundle],
                          ['backup', bundle, home.join('a.backup')], ['clone', bundle, home.join('c.bundle')],
                          ['set', bundle, 'cpu-count=1'], ['delete', '--force', bundle]):
            expect(home.vz(*arguments), 6, f'process {nbd.pid}', 'qemu-nbd')
        assert os.path.exists(save_file), 'the saved state is gone'
    finally:
        nbd.kill()
        nbd.wait()
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('stop', '--force', bundle), 0)


LATE = '''#!/usr/bin/python3
# A QEMU beside which somebody begins to serve the disk, after it was asked whether anybody does.
import os, subprocess, sys, time
program, disk, sock, note = %r
if any(disk in word for word in sys.argv):  # not when it only says what it can
    server = subprocess.Popen(['qemu-nbd', '-f', 'raw', '-t', '-k', sock, disk], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    with open(note, 'w') as file:
        file.write(str(server.pid))
    folder = f'/proc/{server.pid}/fd/'
    while not os.path.exists(sock) or os.path.realpath(disk) not in [os.path.realpath(folder + n) for n in os.listdir(folder)]:
        time.sleep(0.05)
os.execv(program, [program, *sys.argv[1:]])
'''


def run_late():
    """The check comes before QEMU; a writer comes between the two."""
    note, late, sock = home.join('late.pid'), home.join('late-qemu'), home.join('late.sock')
    with open(late, 'w') as file:
        file.write(LATE % ((shutil.which(f'qemu-system-{ARCHITECTURE}'), os.path.join(bundle, 'Disk.img'), sock, note),))
    os.chmod(late, 0o755)
    home.environment[f'VZ_QEMU_{ARCHITECTURE.upper()}'] = late
    try:
        result = home.vz('run', '--detach', bundle)
    finally:
        del home.environment[f'VZ_QEMU_{ARCHITECTURE.upper()}']
        with open(note) as file:
            server = int(file.read())
        os.kill(server, signal.SIGKILL)
        os.remove(sock)
    assert f'process {server}' in result.stderr, result.stderr
    return result


def a_writer_that_comes_late():
    """The guest does not continue, and the state is kept."""
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('save', bundle), 0)
    save_file = os.path.join(bundle, 'SaveFile.vzvmsave')
    with open(save_file, 'rb') as file:
        before = file.read()
    expect(run_late(), 6, 'qemu-nbd', 'Disk.img')
    with open(save_file, 'rb') as file:
        assert file.read() == before, 'the saved state was changed'
    assert not home.processes('qemu-system')
    assert state() == 'saved'
    expect(home.vz('run', '--detach', bundle), 0, 'restored')
    expect(home.vz('stop', '--force', bundle), 0)
    expect(run_late(), 6, 'qemu-nbd', 'Disk.img')  # the same without a saved state
    assert state() == 'stopped'


def a_backup_that_somebody_writes_to():
    backup = home.join('served.backup')
    expect(home.vz('backup', bundle, backup), 0)
    socket = home.join('backup.sock')
    nbd = subprocess.Popen(['qemu-nbd', '-f', 'raw', '-t', '-k', socket, backup])
    try:
        eventually('qemu-nbd', 30, lambda: os.path.exists(socket) and has_open(nbd.pid, backup))
        expect(home.vz('restore-backup', backup, home.join('served.bundle')), 6, f'process {nbd.pid}', 'qemu-nbd', backup)
        assert not os.path.exists(home.join('served.bundle'))
    finally:
        nbd.kill()
        nbd.wait()
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('restore-backup', backup, home.join('served.bundle')), 0, f"'{bundle}' is the same machine")
    expect(home.vz('stop', '--force', bundle), 0)
    expect(home.vz('delete', '--force', home.join('served.bundle')), 0)


def a_qemu_without_the_lock():
    """As started by a vz from before bundles had a lock: never taken for one at rest."""
    disk = os.path.join(bundle, 'Disk.img')
    with subprocess.Popen([f'qemu-system-{ARCHITECTURE}', '-nodefaults', '-display', 'none', '-S', '-machine',
                           'q35' if ARCHITECTURE == 'x86_64' else 'virt', '-drive', f'file={disk},format=raw,if=virtio',
                           '-accel', 'tcg']) as qemu:
        try:
            eventually('QEMU with the disk', 60, lambda: state() != 'stopped')
            entry = listed()[bundle]
            assert entry['state'] == 'in-use' and f'process {qemu.pid}' in entry['reason'], entry
            expect(home.vz('show', bundle), 0, 'in-use', 'qemu-system')
            for arguments in (['run', '--detach', bundle], ['resize', bundle, '+1M'], ['check', bundle], ['stop', bundle],
                              ['backup', bundle, home.join('b.backup')], ['clone', bundle, home.join('c.bundle')],
                              ['set', bundle, 'cpu-count=1'], ['delete', '--force', bundle], ['pause', bundle]):
                expect(home.vz(*arguments), 6, f'process {qemu.pid}', 'qemu-system')
        finally:
            qemu.kill()
    assert state() == 'stopped'


def many_entries():
    """Examined in parallel, each as it would be alone."""
    folder = home.join('many')
    os.mkdir(folder)
    paths = [os.path.join(folder, f'{number:03}.bundle') for number in range(90)]
    for number, path in enumerate(paths):
        shutil.copytree(bundle, path)
        expect(home.vz('check', path), 4, 'has the same one')  # opened, so it is on the list
    for number, path in enumerate(paths):
        if number % 3 == 1:
            os.remove(os.path.join(path, 'Disk.img'))
        if number % 3 == 2:
            shutil.rmtree(path)
    entries = listed()
    for number, path in enumerate(paths):
        assert entries[path]['state'] == ('stopped', 'damaged', 'missing')[number % 3], entries[path]
        if number % 3 == 1:
            assert entries[path]['reason'] == 'Disk.img: is missing', entries[path]
    shutil.rmtree(folder)


def the_list():
    copy = home.join('copy.bundle')
    shutil.copytree(bundle, copy)
    away = home.join('away.bundle')
    expect(home.vz('set', copy, 'cpu-count=1'), 0)  # opened, so it is on the list
    entries = listed()
    assert entries[copy]['same-machine-as'] == bundle and entries[bundle]['same-machine-as'] == copy, entries
    expect(home.vz('run', '--detach', bundle), 0)
    assert state() == 'running' and state(copy) == 'stopped'
    moved = home.join('moved.bundle')
    os.rename(bundle, moved)
    assert state(moved) == 'running'
    os.rename(moved, bundle)
    expect(home.vz('stop', '--force', bundle), 0)
    os.rename(copy, away)
    assert state(copy) == 'missing'
    os.rename(away, copy)
    assert state(copy) == 'stopped'
    with open(os.path.join(copy, 'Configuration.json'), 'w') as file:
        file.write('{')
    assert listed()[copy]['state'] == 'damaged' and listed()[copy]['reason']
    shutil.rmtree(copy)
    assert state(copy) == 'missing'
    expect(home.vz('delete', '--force', copy), 0)
    assert copy not in listed()


def hard_links():
    """A copy made of hard links has the same disk, and is not what runs."""
    twin = home.join('twin.bundle')
    shutil.copytree(bundle, twin, copy_function=os.link, ignore=shutil.ignore_patterns('.holder'))
    expect(home.vz('set', twin, 'cpu-count=1'), 0)  # opened, so it is on the list
    assert state(twin) == 'stopped'
    expect(home.vz('run', '--detach', bundle), 0)
    pid = str(home.processes()[0])
    entries = listed()
    assert entries[bundle]['state'] == 'running' and entries[twin]['state'] == 'in-use', entries
    assert bundle in entries[twin]['reason'] and pid in entries[twin]['reason'], entries[twin]
    for command in (['run', '--detach', twin], ['stop', '--force', twin], ['set', twin, 'cpu-count=1'], ['pause', twin]):
        expect(home.vz(*command), 6, pid, bundle, 'hard links')
    assert state() == 'running'
    expect(home.vz('stop', '--force', bundle), 0)
    expect(home.vz('run', '--detach', twin), 0)
    assert state() == 'in-use' and state(twin) == 'running'
    expect(home.vz('stop', '--force', twin), 0)
    expect(home.vz('delete', '--force', twin), 0)


def a_note_that_is_lost():
    """The bundle says who has the lock; a full disk may have had no room for that."""
    path = home.join('noteless.bundle')
    shutil.copytree(bundle, path, ignore=shutil.ignore_patterns('.holder'))
    for what in ('gone', 'empty'):
        expect(home.vz('run', '--detach', path), 0)
        os.unlink(os.path.join(path, '.holder'))
        if what == 'empty':
            with open(os.path.join(path, '.holder'), 'w', encoding='ascii'):
                pass
        assert state(path) == 'running'
        expect(home.vz('set', path, 'cpu-count=1'), 6, f'process {home.processes()[0]} (')
        expect(home.vz('pause', path), 0)
        expect(home.vz('resume', path), 0)
        expect(home.vz('stop', '--force', path), 0)
        assert state(path) == 'stopped'
    expect(home.vz('delete', '--force', path), 0)


def a_runtime_directory_that_is_gone():
    """As after a logout: QEMU cannot be asked anything, but is still ended."""
    expect(home.vz('run', '--detach', bundle), 0)
    with open(os.path.join(bundle, '.holder'), encoding='utf-8') as file:
        sockets, = [line.split(' ', 1)[1].strip() for line in file if line.startswith('runtime-directory ')]
    assert sockets.startswith(home.path), sockets
    shutil.rmtree(sockets)
    expect(home.vz('pause', bundle), 6, 'is gone')
    assert state() == 'running'
    expect(home.vz('stop', '--force', bundle), 0, 'switched off')
    assert state() == 'stopped' and not home.processes()


try:
    main([states, other_session_sees_it, foreign_users, a_writer_that_comes_late, a_backup_that_somebody_writes_to,
          a_qemu_without_the_lock, hard_links, a_note_that_is_lost, a_runtime_directory_that_is_gone,
          the_list, many_entries])
finally:
    home.close()

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who runs a machine and who uses its disk is known from every session, and the list says it."""
import json
import os
import shutil
import subprocess

from vztest import Home, Skip, eventually, expect, main, small_guest

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
    nbd = subprocess.Popen(['qemu-nbd', '-f', 'raw', '-t', '-k', socket, os.path.join(bundle, 'Disk.img')])
    try:
        eventually('qemu-nbd', 30, lambda: os.path.exists(socket))
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


def the_list():
    copy = home.join('copy.bundle')
    shutil.copytree(bundle, copy)
    away = home.join('away.bundle')
    expect(home.vz('set', copy, 'cpu-count=1'), 0)  # opened, it is on the list
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


try:
    main([states, other_session_sees_it, foreign_users, the_list])
finally:
    home.close()

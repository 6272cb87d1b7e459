#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Machines whose bundle is on a file system that lacks something: they are installed, run, saved and resumed."""
import os
import signal
import stat
import time

from vztest import CHUNK, MIB, Console, eventually, expect, main, small_guest, small_image
from mounts import NONE_OF_THEM, bindfs, formatted, take_away


def install(home, place):
    """As far as the first boot: this image has nothing to boot. It leaves nothing then."""
    image = small_image(home.join('i.ipsw'))
    before = sorted(os.listdir(place))
    process = home.start('install', '--json', '--disk', '192M', '--memory', '512M', '--bundle',
                         os.path.join(place, 'new.bundle'), image)
    for line in process.stdout:
        if '"boot"' in line:
            break
    else:
        raise AssertionError(process.stderr.read())
    with open(os.path.join(place, '.new.bundle.partial', 'Disk.img'), 'rb') as disk:
        head = disk.read(16 * MIB)
        size = disk.seek(0, os.SEEK_END)
    assert size == 192 * MIB and all(bytes([number]) * CHUNK in head for number in (1, 2, 3)), size
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 130, (process.returncode, said)
    assert sorted(os.listdir(place)) == before, os.listdir(place)


def answers(home, path, text):
    """On its console, and now: a terminal also shows earlier output."""
    console = Console(home, path)

    def said():
        console.say(f'echo {text}')
        time.sleep(0.5)
        return f'{text}\nok' in '\n'.join(line.strip() for line in console.text.splitlines())
    eventually('an answer of the guest', 180, said)
    console.close()


def use(home, place, has_modes=True):
    install(home, place)
    path = small_guest(home, name=os.path.join(place, 'small.bundle'))
    state = os.path.join(path, 'SaveFile.vzvmsave')
    expect(home.vz('run', '--detach', path), 0)
    answers(home, path, 'first')
    expect(home.vz('run', '--detach', path), 6)
    expect(home.vz('save', path), 0, 'saved')
    assert not has_modes or stat.S_IMODE(os.stat(state).st_mode) == 0o600
    expect(home.vz('show', path), 0, 'saved')
    expect(home.vz('run', '--detach', path), 0, 'restored')
    answers(home, path, 'second')
    assert not os.path.exists(state)
    expect(home.vz('stop', '--force', path), 0)
    eventually('QEMU ends', 60, lambda: not home.processes())
    expect(home.vz('clone', path, os.path.join(place, 'clone.bundle')), 0)
    expect(home.vz('run', '--detach', '--ephemeral', os.path.join(place, 'clone.bundle')), 0)
    expect(home.vz('stop', '--force', os.path.join(place, 'clone.bundle')), 0)
    assert not [name for name in os.listdir(path) if name.endswith(('.tmp', '.partial'))], os.listdir(path)


def calls_missing(home):
    for number, row in enumerate(NONE_OF_THEM):
        take_away(home, row)
        place = home.join(f'place{number}')
        os.mkdir(place)
        try:
            use(home, place)
        except AssertionError as error:
            raise AssertionError(f'without {row}: {error}') from error


def on_bindfs(home):
    with bindfs(home) as mount:
        use(home, mount.place)


def on_exfat(home):
    with formatted(home, 'exfat', 1 << 30) as mount:
        use(home, mount.place, has_modes=False)


def on_vfat(home):
    with formatted(home, 'vfat', 1 << 30) as mount:
        use(home, mount.place, has_modes=False)


main([calls_missing, on_bindfs, on_exfat, on_vfat])

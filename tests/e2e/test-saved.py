#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Saved states that this vz or this QEMU cannot use: refused with advice, and kept."""
import hashlib
import os
import re
import struct

from vztest import ARCHITECTURE, Home, expect, main, small_guest

home = Home('vz-saved-')
bundle = small_guest(home)
STATE = os.path.join(bundle, 'SaveFile.vzvmsave')
END = struct.Struct('<QQ32s8s')  # size of the head, number of pieces, digest, magic; docs/saved-state.md


def rewrite(old, new):
    """Changes the description in the head; what binds it to the rest is valid afterwards."""
    assert len(old) == len(new)
    with open(STATE, 'rb') as file:
        data = bytearray(file.read())
    head_size, pieces, _, magic = END.unpack(data[-END.size:])
    head = bytes(data[:head_size])
    assert head.count(old) == 1, head
    data[:head_size] = head.replace(old, new)
    table = len(data) - END.size - 16 * pieces
    digest = hashlib.sha256(data[:head_size] + data[table:len(data) - END.size + 16]).digest()
    data[-END.size:] = END.pack(head_size, pieces, digest, magic)
    times = os.stat(STATE)
    with open(STATE, 'wb') as file:
        file.write(data)
    os.utime(STATE, ns=(times.st_atime_ns, times.st_mtime_ns))


def layout():
    with open(STATE, 'rb') as file:
        return re.search(rb'"layout"\s*:\s*([0-9]+)', file.read()).group(0)


def saved():
    expect(home.vz('run', '--detach', bundle), 0)
    expect(home.vz('save', bundle), 0)


def refused_and_kept(*texts, qemu_may_start=False):
    """A fake QEMU shows that none is started."""
    touched, fake = home.join('touched'), home.join('fake-qemu')
    with open(fake, 'w') as file:
        file.write(f'#!/bin/sh\ntouch {touched}\nexit 1\n')
    os.chmod(fake, 0o755)
    with open(STATE, 'rb') as file:
        before = file.read()
    variable = f'VZ_QEMU_{ARCHITECTURE.upper()}'
    try:
        if not qemu_may_start:
            home.environment[variable] = fake
        expect(home.vz('run', '--detach', bundle), 4, 'SaveFile.vzvmsave', '--discard-state', bundle, *texts)
    finally:
        home.environment.pop(variable, None)
    assert not os.path.exists(touched), 'QEMU was started'
    with open(STATE, 'rb') as file:
        assert file.read() == before, 'the state was changed'
    assert not home.processes('qemu-system')


def other_devices():
    saved()
    now = layout()
    number = int(now.split(b':')[1])
    for other, word in ((number - 1, 'an older version of vz'), (number + 1, 'a newer version of vz')):
        then = now.replace(str(number).encode(), str(other).encode())
        rewrite(now, then)
        refused_and_kept(word, f'layout {other} found')
        rewrite(then, now)
    expect(home.vz('run', '--detach', bundle), 0, 'restored')
    expect(home.vz('stop', '--force', bundle), 0)


def other_qemu():
    """That is known only when QEMU has said which it is."""
    saved()
    with open(STATE, 'rb') as file:
        now = re.search(rb'"qemu"\s*:\s*"[0-9]+', file.read()).group(0)
    then = now[:-1] + (b'1' if now[-1:] != b'1' else b'2')
    rewrite(now, then)
    refused_and_kept('saved with QEMU', qemu_may_start=True)
    rewrite(then, now)
    expect(home.vz('run', '--detach', bundle), 0, 'restored')
    expect(home.vz('stop', '--force', bundle), 0)


def started_by_an_older_vz():
    """What counts is how the machine was started, not who saves it."""
    expect(home.vz('run', '--detach', bundle), 0)
    note = os.path.join(bundle, '.holder')
    with open(note) as file:
        text = file.read()
    with open(note, 'w') as file:
        file.write(re.sub('layout [0-9]+\n', '', text))
    expect(home.vz('save', bundle), 0)
    assert layout().split(b':')[1].strip() == b'1'
    refused_and_kept('an older version of vz')


def that_cannot_be_read():
    """By nobody, root included: what is there of it is kept."""
    aside = home.join('aside')
    os.rename(STATE, aside)
    os.symlink(STATE, STATE)
    expect(home.vz('run', '--detach', bundle), 1, 'cannot read it')
    assert os.path.islink(STATE) and not home.processes()
    os.unlink(STATE)
    os.rename(aside, STATE)
    if os.geteuid() != 0:
        os.chmod(STATE, 0)
        expect(home.vz('run', '--detach', bundle), 1, 'cannot read it')
        os.chmod(STATE, 0o600)
        os.chmod(bundle, 0o500)
        expect(home.vz('run', '--detach', bundle), 1, 'could not be removed')
        os.chmod(bundle, 0o700)
    assert os.path.exists(STATE) and not home.processes()


def that_a_change_would_cost():
    """It belongs to the configuration as it is: what would make it useless is refused."""
    expect(home.vz('run', '--detach', '--discard-state', bundle), 0)
    expect(home.vz('save', bundle), 0)
    with open(os.path.join(bundle, 'Configuration.json')) as file:
        before = file.read()
    expect(home.vz('set', bundle, 'memory-size=300M'), 1, 'saved state', STATE, 'its configuration')
    with open(os.path.join(bundle, 'Configuration.json')) as file:
        assert file.read() == before
    expect(home.vz('set', bundle, 'memory-size=256M'), 0)  # unchanged
    expect(home.vz('run', '--detach', bundle), 0, 'restored')
    expect(home.vz('stop', '--force', bundle), 0)
    expect(home.vz('set', bundle, 'memory-size=300M'), 0)
    expect(home.vz('set', bundle, 'memory-size=256M'), 0)


def discarded():
    assert os.path.exists(STATE)
    expect(home.vz('run', '--detach', '--ephemeral', '--discard-state', bundle), 2, 'exclude each other')
    assert os.path.exists(STATE)
    result = expect(home.vz('run', '--detach', '--discard-state', bundle), 0, 'discarded')
    assert 'restored' not in result.stderr and not os.path.exists(STATE)
    expect(home.vz('run', '--detach', '--discard-state', bundle), 6)
    expect(home.vz('stop', '--force', bundle), 0)
    assert 'discarded' not in expect(home.vz('run', '--detach', '--discard-state', bundle), 0).stderr
    expect(home.vz('stop', '--force', bundle), 0)


try:
    main([other_devices, other_qemu, started_by_an_older_vz, that_cannot_be_read, discarded,
          that_a_change_would_cost])
finally:
    home.close()

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The documented maximum of a machine's processors and memory starts with the real QEMU; what this process is not
allowed is refused before QEMU starts."""
import json
import os
import re
import resource
import subprocess

from vztest import MIB, SANITIZED, VZ, Console, Skip, eventually, expect, main, small_guest

MOST = 255  # processors of any machine
BEYOND = {'cpu-count': 4096, 'memory-size': 1 << 60}


def maximums(home):
    """As stated in the refusal of more: processors, bytes."""
    said = expect(home.vz('run', '--detach', small_guest(home, name='beyond.bundle', **BEYOND)), 4).stderr
    cpus = re.search(r"cpu-count: '4096' found, must be 1 to (\d+) on this host", said)
    memory = re.search(r"memory-size: '.*' found, must be 128M to (\d+)([MGT]) on this host", said)
    assert cpus and memory, said
    return int(cpus[1]), int(memory[1]) << {'M': 20, 'G': 30, 'T': 40}[memory[2]]


def state(home, path):
    return json.loads(expect(home.vz('show', '--json', path), 0).stdout)['state']


def end(home, path):
    expect(home.vz('stop', '--force', path), 0)
    eventually('QEMU ends', 60, lambda: not home.processes())


def the_most_of_this_host(home):
    cpus, memory = maximums(home)
    path = small_guest(home, **{'cpu-count': cpus, 'memory-size': memory})
    expect(home.vz('run', '--detach', path), 0)
    console = Console(home, path)
    console.wait_until_up()
    console.say('cpuinfo')
    console.expect('online 0' if cpus == 1 else f'online 0-{cpus - 1}')
    console.close()
    end(home, path)
    for change, text in (({'cpu-count': cpus + 1}, 'cpu-count'), ({'memory-size': memory + MIB}, 'memory-size')):
        path = small_guest(home, name=f'{text}.bundle', **change)
        expect(home.vz('run', '--detach', path), 4, text, 'on this host')
        assert not home.processes()
        # It is for a larger host, and intact.
        assert state(home, path) == 'stopped'
        expect(home.vz('check', path), 4, text, 'on this host')
    assert state(home, small_guest(home, name='odd.bundle', **{'cpu-count': cpus + 1, 'memory-size': memory - 1})) == 'damaged'


def the_most_of_any_host(home):
    """A host with that many processors; a guest would take long to find them all here."""
    if SANITIZED:
        raise Skip('a sanitizer wants to be the first library')
    home.environment.update(LD_PRELOAD=os.environ['VZ_TEST_LARGER_HOST'], VZ_TEST_CPUS='1000')
    cpus, _ = maximums(home)
    assert cpus == MOST, cpus
    path = small_guest(home, **{'cpu-count': cpus})
    expect(home.vz('run', '--detach', path, timeout=300), 0)
    expect(home.vz('show', path), 0, 'state: running')
    end(home, path)


def run_limited(home, path, limit):
    return subprocess.run([VZ, 'run', '--detach', path], env=home.environment, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))


def address_space(home):
    """'ulimit -v'. What the message says is enough is enough for QEMU."""
    if SANITIZED:
        raise Skip('a sanitizer needs address space of its own')
    path = small_guest(home, **{'memory-size': 1024 * MIB})
    done = expect(run_limited(home, path, 2048 * MIB), 3, "memory-size: '1G' found", 'may use 2G of address space',
                  "'ulimit -v unlimited'")
    assert not home.processes()
    needed = re.search(r'QEMU needs (\d+)([MG]) for it', done.stderr)
    assert needed, done.stderr
    enough = int(needed[1]) << {'M': 20, 'G': 30}[needed[2]]
    expect(run_limited(home, path, enough + 512 * MIB), 0)  # plus this program itself
    end(home, path)


main([the_most_of_this_host, the_most_of_any_host, address_space])

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sample's two programs in Python, and its app in C as well, on a machine whose disk has nothing to boot: its
firmware is guest enough to be paused, saved and restored."""
import os
import signal
import subprocess
import sys

from vztest import eventually, expect, main, small_image

sys.path.insert(0, os.environ['VZ_EXAMPLES'])
TOOL = os.path.join(os.environ['VZ_EXAMPLES'], 'installation_tool.py')
APP = os.path.join(os.environ['VZ_EXAMPLES'], 'virtual_machine_app.py')
APP_IN_C = os.environ['VZ_APP']


def run(home, *argv):
    return subprocess.run([sys.executable, *argv], env=home.environment, timeout=120, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True)


def start(home, log, program, *argv):
    python = [sys.executable] if program.endswith('.py') else []
    with open(home.join(log), 'w', encoding='utf-8') as file:
        return subprocess.Popen([*python, program, *argv], env=home.environment, stdin=subprocess.DEVNULL, stdout=file,
                                stderr=subprocess.STDOUT)


def log_of(home, name):
    with open(home.join(name), encoding='utf-8') as file:
        return file.read()


def refusals(home):
    for program in (TOOL, APP):
        expect(run(home, program, 'a', 'b'), 2, 'Usage')
    expect(run(home, TOOL, home.join('missing.ipsw')), 1, 'missing.ipsw')
    expect(run(home, TOOL, small_image(home.join('i.ipsw'), architecture='riscv64')), 3, 'riscv64')
    expect(run(home, TOOL, small_image(home.join('i.ipsw'), spoil=1)), 1, 'RootFileSystem')
    expect(run(home, APP), 1, 'VM.bundle')
    assert sorted(os.listdir(home.path)) == sorted(['i.ipsw', 'run'] + [n for n in ('state', 'data') if
                                                   os.path.exists(home.join(n))]), os.listdir(home.path)


def cancelled_in_the_first_boot(home):
    tool = start(home, 'log', TOOL, small_image(home.join('i.ipsw')))
    eventually('the first boot', 60, lambda: '(boot)' in log_of(home, 'log') and home.processes())
    tool.send_signal(signal.SIGINT)
    assert tool.wait(30) == 130, log_of(home, 'log')
    eventually('QEMU is gone', 10, lambda: not home.processes())
    assert not [name for name in os.listdir(home.path) if 'bundle' in name]


def make_bundle(home):
    """All of the tool's steps except the last."""
    code = ('import os, sys; from gi.repository import Vz; import installation_tool as tool\n'
            'bundle = Vz.Bundle.create(sys.argv[1]); image = Vz.RestoreImage.load(sys.argv[2], None)\n'
            'tool.create_machine(bundle, image.get_most_featureful_supported_configuration()); bundle.commit()')
    image = small_image(home.join('i.ipsw'))
    program = f"import sys; sys.path.insert(0, {os.environ['VZ_EXAMPLES']!r})\nimport gi; gi.require_version('Vz', '1.0')\n"
    expect(run(home, '-c', program + code, home.join('VM.bundle'), image), 0)


def saves_and_goes_on(home):
    make_bundle(home)
    state = home.join('VM.bundle', 'SaveFile.vzvmsave')
    for log, program, begun in (('first', APP, 'successfully started'), ('second', APP, 'successfully resumed'),
                                ('third', APP_IN_C, 'successfully resumed')):
        app = start(home, log, program)
        eventually(begun, 120, lambda: begun in log_of(home, log))
        assert not os.path.exists(state), 'a state is used once'
        app.send_signal(signal.SIGTERM)
        assert app.wait(120) == 0, log_of(home, log)
        assert 'saved' in log_of(home, log) and os.path.exists(state)
        eventually('QEMU is gone', 10, lambda: not home.processes())
    os.truncate(state, os.stat(state).st_size - 1)
    app = start(home, 'fourth', APP_IN_C)
    eventually('a start', 120, lambda: 'successfully started' in log_of(home, 'fourth'))
    assert 'failed to restore' in log_of(home, 'fourth') and not os.path.exists(state)
    app.send_signal(signal.SIGTERM)
    app.send_signal(signal.SIGTERM)
    app.wait(120)
    eventually('QEMU is gone', 20, lambda: not home.processes())


def goes_on_when_it_cannot_be_saved(home):
    """There is a folder in the state's place."""
    make_bundle(home)
    state = home.join('VM.bundle', 'SaveFile.vzvmsave')
    for log, program in (('python', APP), ('c', APP_IN_C)):
        app = start(home, log, program)
        eventually('a start', 120, lambda: 'successfully started' in log_of(home, log))
        os.mkdir(state)
        app.send_signal(signal.SIGTERM)
        eventually('the failure is said', 120, lambda: 'failed to save, and goes on' in log_of(home, log))
        assert '"running"' in expect(home.vz('show', '--json', home.join('VM.bundle')), 0).stdout
        app.send_signal(signal.SIGTERM)
        assert app.wait(120) == 0, log_of(home, log)
        eventually('QEMU is gone', 20, lambda: not home.processes())
        os.rmdir(state)


main([refusals, cancelled_in_the_first_boot, saves_and_goes_on, goes_on_when_it_cannot_be_saved])

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The two programs of Apple's sample, run as a user runs them.

Usage: test-installation-tool.py refusals | cancel | guest   (meson sets VZ_EXAMPLES and what vztest needs)"""
import os
import signal
import subprocess
import sys

from vztest import eventually, expect, main, small_image, composed_image

TOOL = os.path.join(os.environ['VZ_EXAMPLES'], 'InstallationTool')
APP = os.path.join(os.environ['VZ_EXAMPLES'], 'VirtualMachineApp')


def run(home, *argv, timeout=120):
    return subprocess.run(argv, env=home.environment, timeout=timeout, text=True, stdin=subprocess.DEVNULL,
                          capture_output=True)


def start(home, log, *argv):
    with open(home.join(log), 'w', encoding='utf-8') as file:
        return subprocess.Popen(argv, env=home.environment, stdin=subprocess.DEVNULL, stdout=file,
                                stderr=subprocess.STDOUT)


def said(home, log, text):
    with open(home.join(log), encoding='utf-8') as file:
        return text in file.read()


def assert_nothing_left(home):
    eventually('QEMU is gone', 10, lambda: not home.processes())
    left = [name for name in os.listdir(home.path) if 'bundle' in name]
    assert not left, f'left behind: {left}'


def wrong_number_of_arguments(home):
    expect(run(home, TOOL, 'a', 'b'), 2, 'Usage: InstallationTool [IMAGE]')
    expect(run(home, TOOL, '--help'), 2, 'Usage: InstallationTool [IMAGE]')
    expect(run(home, APP, 'a', 'b'), 2, 'Usage: VirtualMachineApp [BUNDLE]')
    assert_nothing_left(home)


def bad_images(home):
    expect(run(home, TOOL, home.join('missing.ipsw')), 1, 'missing.ipsw')
    image = small_image(home.join('i.ipsw'), architecture='riscv64')
    expect(run(home, TOOL, image), 3, 'No supported configuration available', 'riscv64')
    image = small_image(home.join('i.ipsw'), spoil=1)
    expect(run(home, TOOL, image), 1, 'Installation failed', 'RootFileSystem')
    assert_nothing_left(home)


def existing_bundle(home):
    os.mkdir(home.join('VM.bundle'))
    image = small_image(home.join('i.ipsw'))
    expect(run(home, TOOL, image), 1, 'VM.bundle', 'exists')
    assert os.listdir(home.join('VM.bundle')) == []


def no_bundle(home):
    expect(run(home, APP), 1, 'VM.bundle')


def cancelled_in_the_first_boot(home):
    """The image has nothing to boot, so the guest's agent never answers."""
    tool = start(home, 'log', TOOL, small_image(home.join('i.ipsw')))
    eventually('the first boot', 60, lambda: said(home, 'log', '(boot)') and home.processes())
    tool.send_signal(signal.SIGINT)
    assert tool.wait(30) == 130
    assert said(home, 'log', 'cancelled')
    assert_nothing_left(home)


def killed_in_the_first_boot(home):
    """No process remains; the bundle under construction does, and the next installation says that it replaces it."""
    image = small_image(home.join('i.ipsw'))
    tool = start(home, 'log', TOOL, image)
    eventually('the first boot', 60, lambda: said(home, 'log', '(boot)') and home.processes())
    tool.kill()
    tool.wait()
    eventually('QEMU is gone', 20, lambda: not home.processes())
    assert not os.path.exists(home.join('VM.bundle'))
    tool = start(home, 'log', TOOL, image)
    eventually('the second attempt', 60, lambda: said(home, 'log', '(boot)'))
    assert said(home, 'log', 'Replacing what an interrupted installation left')
    tool.send_signal(signal.SIGTERM)
    assert tool.wait(30) == 130
    assert_nothing_left(home)


def installs_and_runs_debian(home):
    expect(run(home, TOOL, composed_image(), timeout=1200), 0, 'Installation succeeded', 'progress: 100%')
    assert not os.path.exists(home.join('VM.bundle', 'RestoreImage.ipsw'))
    assert not os.path.exists(home.join('VM.bundle', 'Installation.json'))
    app = start(home, 'app', APP)
    eventually('the start', 60, lambda: said(home, 'app', 'successfully started'))
    # It waits for the agent by itself, and a late one is asked again.
    eventually('the agent', 600, lambda: home.vz('exec', '--', 'true', timeout=900).returncode == 0)
    look = 'hostname; id -u -n 1000; df --output=size -B1G / | tail -1; cat /home/*/.ssh/authorized_keys; passwd -S root'
    result = expect(home.vz('exec', '--', 'sh', '-c', look, timeout=300), 0, 'ssh-ed25519', 'root L')
    # The console logs the user in.
    eventually('a shell on the console', 180,
               lambda: ['1000', 'bash'] in [line.split() for line in home.vz(
                   'exec', '--', 'ps', '-e', '-o', 'uid,comm', timeout=300).stdout.splitlines()])
    lines = result.stdout.split('\n')
    assert lines[0] == 'vz' and int(lines[2]) > 120, lines
    # When closed, it saves; next time it continues from there, and the guest never notices.
    app.send_signal(signal.SIGTERM)
    assert app.wait(300) == 0 and said(home, 'app', 'successfully saved')
    eventually('QEMU is gone', 10, lambda: not home.processes())
    app = start(home, 'app', APP)
    eventually('the state is restored', 120, lambda: said(home, 'app', 'successfully resumed'))
    expect(home.vz('stop', timeout=300), 0)
    assert app.wait(60) == 0 and said(home, 'app', 'Guest did stop')
    eventually('QEMU is gone', 10, lambda: not home.processes())


SUITES = {
    'refusals': [wrong_number_of_arguments, bad_images, existing_bundle, no_bundle],
    'cancel': [cancelled_in_the_first_boot, killed_in_the_first_boot],
    'guest': [installs_and_runs_debian],
}

if __name__ == '__main__':
    main(SUITES[sys.argv[1]])

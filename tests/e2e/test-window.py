#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`--display gtk`: a real window on a real X server that shows it to nobody."""
import os
import signal
import subprocess
import time

from vztest import Console, Home, eventually, expect, main, small_guest

home = Home()
server = None
bundle = None
machine = None
console = None


def xdotool(*arguments):
    return subprocess.run(['xdotool', *arguments], env=home.environment, capture_output=True, text=True, timeout=60)


def windows():
    return xdotool('search', '--onlyvisible', '--name', 'small.bundle').stdout.split()


def needs_a_desktop():
    global bundle
    bundle = small_guest(home)
    for name in ('DISPLAY', 'WAYLAND_DISPLAY'):
        home.environment.pop(name, None)
    expect(home.vz('run', '--display', 'gtk', bundle), 3, 'DISPLAY', 'no desktop')
    eventually('the machine ends', 30, lambda: not home.processes())


def opens():
    global server, machine, console
    reading, writing = os.pipe()
    server = subprocess.Popen(['Xvfb', '-displayfd', str(writing), '-screen', '0', '1280x800x24', '-nolisten', 'tcp'],
                              pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as numbers:
        home.environment['DISPLAY'] = ':' + numbers.readline().strip()
    machine = home.start('run', '--display', 'gtk', '--on-close', 'stop', bundle)
    eventually('a window', 120, windows)
    console = Console(home, bundle)
    console.wait_until_up()


def presses():
    # There is no window manager that would give it the focus; the click gives it to the picture in it. The window
    # is there before the picture: a key pressed too early goes nowhere.
    xdotool('windowfocus', windows()[0], 'mousemove', '400', '400', 'click', '1', 'key', 'a')
    time.sleep(1)
    return 'key 30\r' in console.text


def takes_keys():
    eventually('the key arrives in the guest', 120, presses)


def closed_it_stops_the_machine():
    xdotool('windowkill', windows()[0])  # the X server ends whoever shows it
    errors = machine.communicate(timeout=120)[1]
    assert machine.returncode == 0, errors
    assert 'asking the guest to stop' in errors, errors
    assert not home.processes() and not home.processes('viewer')


def goes_with_the_machine():
    expect(home.vz('run', '--detach', bundle), 0)
    viewer = home.start('display', bundle, 'gtk')
    eventually('a window', 120, windows)
    expect(home.vz('stop', '--force', bundle), 0)
    viewer.communicate(timeout=60)
    assert viewer.returncode == 0
    eventually('the window goes', 60, lambda: not windows())


try:
    main([needs_a_desktop, opens, takes_keys, closed_it_stops_the_machine, goes_with_the_machine])
finally:
    for pid in home.processes('remote-viewer'):
        os.kill(pid, signal.SIGKILL)
    if server:
        server.terminate()
        server.wait(timeout=30)
    home.close()

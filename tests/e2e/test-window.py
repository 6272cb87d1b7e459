#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`--display gtk`: a real window on a real X server, shown to nobody, with a window manager whose Alt-F4 closes it."""
import os
import signal
import subprocess
import sys

from vztest import Console, Home, eventually, expect, main, small_guest

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'disk'))
import isos  # noqa: E402  pylint: disable=wrong-import-position

WIDTH, HEIGHT = 1280, 900
MANAGER = '<?xml version="1.0"?><JWM><Key mask="A" key="F4">close</Key><FocusModel>click</FocusModel></JWM>'

home = Home()
server = manager = None
bundle = None
machine = None
console = None


def xdotool(*arguments):
    return subprocess.run(['xdotool', *arguments], env=home.environment, capture_output=True, text=True, timeout=60,
                          check=False).stdout


def windows():
    return xdotool('search', '--onlyvisible', '--name', '^small.bundle$').split()


def geometry():
    lines = xdotool('getwindowgeometry', '--shell', windows()[-1]).splitlines()
    found = dict(line.split('=') for line in lines)
    return int(found['WIDTH']), int(found['HEIGHT'])


def pressed(key, code):
    """Whether the guest has received it; a key pressed before the picture is there is lost."""
    xdotool('windowfocus', windows()[-1], 'mousemove', str(WIDTH // 2), str(HEIGHT // 2), 'key', key)
    return f'key {code}\r' in console.text


def connected():
    """To the guest that answers; the window appears before that."""
    path = os.path.join(home.runtime, 'vz')
    eventually('a machine', 120, lambda: any('console.sock' in names for _, _, names in os.walk(path)))
    found = Console(home, bundle)
    found.wait_until_up()
    return found


def needs_a_desktop():
    global bundle
    bundle = small_guest(home)
    for name in ('DISPLAY', 'WAYLAND_DISPLAY'):
        home.environment.pop(name, None)
    expect(home.vz('run', '--display', 'gtk', bundle), 3, 'DISPLAY', 'no desktop')
    home.environment['DISPLAY'] = ':94'
    expect(home.vz('run', '--display', 'gtk', bundle), 3, "nothing answers at DISPLAY ':94'")
    assert not home.processes() and not os.path.exists(home.join('state', 'vz')), 'the machine has been started'


def needs_its_program():
    helpers = home.join('helpers')
    os.mkdir(helpers)
    for name in ('vz-guard', 'vz-sandbox', 'vz-unpack'):
        os.symlink(os.path.join(os.environ['VZ_LIBEXECDIR'], name), os.path.join(helpers, name))
    real, home.environment['VZ_LIBEXECDIR'] = os.environ['VZ_LIBEXECDIR'], helpers
    expect(home.vz('run', '--display', 'gtk', bundle), 3, 'vz-window', 'vz-gtk', '--display web')
    home.environment['VZ_LIBEXECDIR'] = real
    assert not home.processes()


def opens():
    global server, manager, machine, console
    reading, writing = os.pipe()
    server = subprocess.Popen(['Xvfb', '-displayfd', str(writing), '-screen', '0', f'{WIDTH}x{HEIGHT}x24', '-nolisten', 'tcp'],
                              pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as numbers:
        home.environment['DISPLAY'] = ':' + numbers.readline().strip()
    with open(home.join('jwmrc'), 'w', encoding='utf-8') as file:
        file.write(MANAGER)
    manager = subprocess.Popen(['jwm', '-f', home.join('jwmrc')], env=home.environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    machine = home.start('run', '--display', 'gtk', bundle)
    eventually('a window', 120, windows)
    console = connected()


def takes_keys():
    eventually('the key arrives in the guest', 120, lambda: pressed('a', 30))


def fills_the_screen():
    before = geometry()
    assert before[0] < WIDTH, before
    xdotool('key', 'F11')
    eventually('full screen', 60, lambda: geometry() == (WIDTH, HEIGHT))
    eventually('the guest has the keys there', 120, lambda: pressed('b', 48))
    xdotool('key', 'F11')
    eventually('the window as it was', 60, lambda: geometry() == before)
    assert 'key 87\r' not in console.text, 'F11 has gone to the guest'


def gives_the_guest_the_desktops_keys():
    xdotool('key', 'ctrl+alt+Home')
    eventually('F11 is the guest\'s', 60, lambda: pressed('F11', 87))
    eventually('so is Alt-F4', 60, lambda: pressed('alt+F4', 62))
    assert machine.poll() is None and windows()
    xdotool('key', 'ctrl+alt+Home')


def closed_it_saves_the_machine():
    """The window manager's key reaches it again."""
    xdotool('windowfocus', windows()[-1], 'key', 'alt+F4')
    errors = machine.communicate(timeout=120)[1]
    assert machine.returncode == 0, errors
    assert "saving the machine's state" in errors, errors
    assert os.path.exists(os.path.join(bundle, 'SaveFile.vzvmsave'))
    assert not home.processes()
    eventually('the window goes', 60, lambda: not home.processes('vz-window'))


def comes_back_and_ends_with_ctrl_c():
    global machine
    machine = home.start('run', '--display', 'gtk', '--on-close', 'stop', bundle)
    eventually('a window', 120, windows)
    connected().close()
    os.killpg(machine.pid, signal.SIGINT)  # as a terminal does
    errors = machine.communicate(timeout=120)[1]
    assert machine.returncode == 0 and 'asking the guest to stop' in errors, errors
    assert not home.processes()
    eventually('the window goes', 60, lambda: not home.processes('vz-window') and not windows())


def goes_with_the_machine():
    expect(home.vz('run', '--detach', bundle), 0)
    viewer = home.start('display', bundle, 'gtk')
    eventually('a window', 120, windows)
    expect(home.vz('stop', '--force', bundle), 0)
    viewer.communicate(timeout=60)
    assert viewer.returncode == 0
    eventually('the window goes', 60, lambda: not windows())


def closed_it_does_not_end_an_installation():
    """The screen is on a page then. If the firmware finds nothing to start, the machine keeps running."""
    path = home.join('i.bundle')
    installer = home.start('install', '--iso', isos.make(home.join('a.iso')), '--bundle', path, '--memory', '512M', '--disk',
                           '1G', '--display', 'gtk')
    assert any('the installer is running' in line for line in installer.stderr)
    eventually('a window', 120, lambda: xdotool('search', '--onlyvisible', '--name', '^i.bundle$').split())
    for pid in home.processes('vz-window'):
        os.kill(pid, signal.SIGTERM)
    assert any('the window is closed and the installer continues' in line for line in installer.stderr)
    assert any('screen: http://127.0.0.1:' in line for line in installer.stderr)
    assert home.processes() and installer.poll() is None
    installer.terminate()
    installer.communicate(timeout=60)
    assert installer.returncode == 130 and not home.processes() and not os.path.exists(path)


try:
    main([needs_a_desktop, needs_its_program, opens, takes_keys, fills_the_screen, gives_the_guest_the_desktops_keys,
          closed_it_saves_the_machine, comes_back_and_ends_with_ctrl_c, goes_with_the_machine,
          closed_it_does_not_end_an_installation])
finally:
    for process in filter(None, [manager, server]):
        process.terminate()
        process.wait(timeout=30)
    home.close()

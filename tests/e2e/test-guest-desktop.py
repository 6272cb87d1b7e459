#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A desktop: composed, installed, booted, and on the screen, for the user that the machine was installed with. Its
picture is kept in the tests' cache."""
import glob
import os
import shutil
import time

from png import read_png
from rfb import ask_for_size
from vztest import Home, eventually, expect, main

BOOT = 1200  # seconds that a guest may take to boot on a slow and busy host
CACHE = os.environ['VZ_TEST_CACHE']
SESSION = ('xfce4-session', 'xfwm4', 'xfce4-panel', 'xfdesktop', 'spice-vdagent')
GREETER = 'pgrep -x lightdm-gtk-gre; :'  # as much of the name as the kernel keeps
AS_USER = ('runuser -u tester -- env DISPLAY=:0 XAUTHORITY=/home/tester/.Xauthority XDG_RUNTIME_DIR=/run/user/1000 '
           'DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus ')
MODE = "DISPLAY=:0 XAUTHORITY=/run/lightdm/root/:0 xrandr | sed -n 's/.* connected.* \\([0-9]*x[0-9]*\\)+0+0.*/\\1/p'"

home = Home('vz,a=b-', BOOT)


def slowly(what, seconds, test):
    """Each question is more work for a busy guest."""
    eventually(what, seconds, test, interval=5)


def ask(script):
    """While its desktop starts, a guest on a busy host may be too slow for `vz exec`."""
    for _ in range(10):
        done = home.vz('exec', '-n', '--', 'sh', '-c', script)
        if 'has not answered' not in done.stderr:
            break
    return expect(done, 0).stdout.split()


def is_composed_and_installed():
    own = home.environment['XDG_CACHE_HOME']
    home.environment['XDG_CACHE_HOME'] = CACHE
    expect(home.vz('image', 'compose', '--desktop', '-o', home.join('desktop.ipsw'), timeout=BOOT), 0)
    home.environment['XDG_CACHE_HOME'] = own
    expect(home.vz('install', '--cpus', '2', '--memory', '4G', '--disk', '8G', '--name', 'pretty', '--user', 'tester',
                   home.join('desktop.ipsw')), 0, 'is installed')
    os.unlink(home.join('desktop.ipsw'))
    expect(home.vz('run', '--detach', '--clipboard', '--wait', 'agent'), 0)


def session():
    """Which of its programs run as the user."""
    return ask(f'for name in {" ".join(SESSION)}; do pgrep -u tester -x $name > /dev/null && echo $name; done; :')


def user_is_logged_in():
    slowly('the session', BOOT, lambda: session() == list(SESSION))
    assert ask(GREETER) == []
    assert 'tester' in ask('loginctl list-sessions --no-legend | grep seat0')


def colors(path):
    width, height, pixels, channels = read_png(path)
    stride = 1 + width * channels
    found = set()
    for row in range(0, height, 8):
        line = pixels[row * stride + 1:(row + 1) * stride]
        found.update(line[at:at + 3] for at in range(0, len(line), 8 * channels))
    return (width, height), len(found)


def desktop_is_on_the_screen():
    """In the display's size. A text console has few colors; the background alone has more."""
    picture = home.join('x.png')

    def there():
        expect(home.vz('screenshot', picture), 0)
        return colors(picture)[1] > 50

    slowly('more than a few colors', BOOT, there)
    time.sleep(60)  # for icons and panel
    expect(home.vz('screenshot', picture), 0)
    shutil.copy(picture, os.path.join(CACHE, 'desktop.png'))
    size, number = colors(picture)
    assert size == (1920, 1200) and number > 50, (size, number)
    assert ask(MODE) == ['1920x1200'], ask(MODE)


def follows_the_size_of_a_window():
    sockets = glob.glob(os.path.join(home.runtime, 'vz', '*', 'vnc.sock'))
    ask_for_size(sockets[0], 1280, 800)
    slowly('the other size', 300, lambda: ask(MODE) == ['1280x800'])


def asks_for_no_password():
    """Neither for administration nor for logging in again: on the login screen, Enter is enough."""
    ask('pkcheck --action-id org.freedesktop.systemd1.manage-units --process $(pgrep -u tester -x xfce4-panel)')
    ask(f'{AS_USER} xfce4-session-logout --logout --fast')
    slowly('the login screen', 300, lambda: ask(GREETER) != [])

    def back():
        """It takes a while until the login screen receives keys."""
        if ask(GREETER):
            expect(home.vz('send-keys', 'Enter'), 0)
        return session() == list(SESSION)

    slowly('the session once more', BOOT, back)
    expect(home.vz('stop'), 0)


try:
    main([is_composed_and_installed, user_is_logged_in, desktop_is_on_the_screen, follows_the_size_of_a_window,
          asks_for_no_password])
finally:
    home.close()

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an installation writes for logging in on a composed desktop: run unchanged, in its own namespaces with a made-up
/etc/lightdm. guest-desktop shows that a desktop then appears on the screen."""
import os
import re
import subprocess

from vztest import main, mounter

# Only its functions: its last actions are for a guest.
WRAPPER = '''set -eu
mount -t tmpfs none /mnt
mkdir -p /mnt/lightdm/lightdm.conf.d
mount --bind /mnt /etc
cd /etc/lightdm/lightdm.conf.d
[ "$2" = no ] || echo vz > 50-vz.conf
[ -z "$4" ] || echo old > 60-vz-login.conf
user_name=$3 console_login=$5
eval "$1"
login_on_desktop
ls
[ ! -e 60-vz-login.conf ] || { stat -c %a 60-vz-login.conf; cat 60-vz-login.conf; }
'''


def functions():
    with open(os.environ['VZ_TEST_PROVISION'], encoding='utf-8') as file:
        text = file.read()
    return ''.join(re.search(rf'^{name} \(\) {{\n.*?^}}\n', text, re.DOTALL | re.MULTILINE).group(0)
                   for name in ('install_file', 'login_on_desktop'))


def written(composed=True, old=False, login=True):
    """What lightdm is told, and the files there."""
    words = [functions(), 'yes' if composed else 'no', 'anna', 'old' if old else '', '1' if login else '0']
    done = subprocess.run([*mounter(), 'sh', '-c', WRAPPER, 'sh', *words], capture_output=True, text=True, timeout=60,
                          check=True)
    return done.stdout.split('\n')


def user_is_logged_in():
    for old in (False, True):
        said = written(old=old)
        assert said[:3] == ['50-vz.conf', '60-vz-login.conf', '644'], said
        assert {'[Seat:*]', 'autologin-user=anna', 'autologin-user-timeout=0'} <= set(said), said
        assert 'old' not in said, said


def not_where_it_is_not_asked_for():
    assert written(login=False) == ['50-vz.conf', ''], written(login=False)
    assert written(login=False, old=True) == ['50-vz.conf', '']


def not_on_a_desktop_of_the_users_own():
    assert written(composed=False) == ['']


main([user_is_logged_in, not_where_it_is_not_asked_for, not_on_a_desktop_of_the_users_own])

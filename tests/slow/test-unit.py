#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""vz@.service under a real systemd: in a guest of vz's own, which has vz and the small guest in it.

The guest is of the host's own release of Debian, so that vz finds the libraries that it was built with; they and
QEMU are composed into its image."""
import os
import re
import shlex
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from vztest import ARCHITECTURE, VZ, Home, eventually, expect, main, small_guest  # noqa: E402  pylint: disable=wrong-import-position

BUILD = os.environ['VZ_TEST_BUILD']
LIBRARY = os.environ['VZ_TEST_LIBRARY']
# Each character and each device that the kernel looks for costs seconds where an emulator is emulated.
QUICK = ('console=ttyS0 panic=-1 quiet nokaslr mitigations=off i8042.noaux i8042.nokbd 8250.nr_uarts=1 lpj=4000000 '
         'no_timer_check tsc=reliable')
# What a user types on the small guest's console; it obeys lines.
SAY = 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(bytes([10]) + b\'poweroff\' + bytes([10])); s.recv(999)'
home = Home('vz-unit-')


def said(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


def libraries():
    """The packages of the libraries that vz was built with."""
    names = set(re.findall(r'^\s*(\S+) => /', said('ldd', VZ) + said('ldd', LIBRARY), re.MULTILINE))
    return {said('dpkg', '-S', f'*/{ARCHITECTURE}-linux-gnu/{name}').split(':')[0] for name in names
            if not name.startswith('libvz.')}


def inside(script, timeout=300, code=0):
    """What a script says that the guest's user runs as if he had logged in."""
    line = f'export XDG_RUNTIME_DIR=/run/user/$(id -u); {script}'
    result = home.vz('ssh', '--', 'sh', '-c', shlex.quote(line), timeout=timeout)
    if code is not None:
        expect(result, code)
    return result.stdout


def bring(folder, below):
    """The folder's files, those of root in the guest."""
    with subprocess.Popen(['tar', '-C', folder, '--owner=0', '--group=0', '-chf', '-', '.'], stdout=subprocess.PIPE) as tar:
        expect(home.vz('ssh', '--', 'sudo', 'tar', '-C', below, '-xf', '-', stdin=tar.stdout, timeout=600), 0)


def starts():
    with open('/etc/os-release', encoding='utf-8') as file:
        codename = re.search(r'^VERSION_CODENAME=(\w+)$', file.read(), re.MULTILINE).group(1)
    packages = ','.join(sorted(libraries() | {'qemu-system-x86', 'dbus-user-session', 'libpam-systemd', 'python3'}))
    image = home.join('guest.ipsw')
    expect(home.vz('image', 'compose', '--suite', codename, '--packages', packages, '--output', image, timeout=1200), 0)
    expect(home.vz('install', '--cpus', '2', '--memory', '3G', '--disk', '20G', '--user', 'tester', image, timeout=1200), 0)
    os.remove(image)
    expect(home.vz('run', '--detach', '--wait', 'ssh', timeout=1200), 0)


def brings_vz():
    """Installed as 'meson install' does, and a bundle of the small guest in the user's home."""
    root = home.join('root')
    said('meson', 'install', '-C', BUILD, '--no-rebuild', '--quiet', env=dict(os.environ, DESTDIR=root))
    bring(root, '/')
    there = f'/opt/small/{ARCHITECTURE}'
    bundle = small_guest(home, **{'graphics-devices': [], 'boot-loader': {
        'type': 'VzLinuxBootLoader', 'kernel-path': f'{there}/kernel', 'initial-ramdisk-path': f'{there}/initramfs',
        'command-line': QUICK}})
    inside('sudo mkdir -p /opt/small')
    tree = home.join('tree')
    os.makedirs(os.path.join(tree, ARCHITECTURE))
    for name in ('kernel', 'initramfs'):
        os.symlink(os.path.join(os.environ['VZ_TEST_GUEST'], ARCHITECTURE, name), os.path.join(tree, ARCHITECTURE, name))
    os.symlink(bundle, os.path.join(tree, 'small.bundle'))
    bring(tree, '/opt/small')
    inside('cp -r /opt/small/small.bundle . && sudo loginctl enable-linger "$USER" && vz show ~/small.bundle')


def state(name='small'):
    # In an order of its own.
    said_of_it = inside(f'systemctl --user show -p ActiveState -p Result vz@{name}')
    values = dict(line.split('=', 1) for line in said_of_it.split())
    return [values['ActiveState'], values['Result']]


def machine_is(word):
    return f'"{word}"' in inside('vz show small --json', code=None)


def ended_well():
    eventually('the unit has ended', 120, lambda: state()[0] not in ('active', 'deactivating'))
    assert state() == ['inactive', 'success'], inside('systemctl --user status vz@small', code=None)
    assert inside('pgrep -c qemu', code=None) == '0\n'


def goes_on(log):
    return re.search(r'restored: the machine continues', log) is not None


def journal():
    return inside('journalctl --user -u vz@small -b -o cat --no-pager')


def starts_and_is_saved_by_systemctl_stop():
    """From now on its bundle is kept with the state in it: the small guest takes minutes to boot in here, only once."""
    inside('vz run --detach ~/small.bundle && vz stop --force ~/small.bundle')  # from now on the list has its name
    inside('rm -rf ~/.local/state/vz; systemctl --user start vz@small')
    eventually('the small guest is up', 2400, lambda: inside('grep -l READY ~/.local/state/vz/*/*', code=None) != '')
    assert state() == ['active', 'success'], state()
    inside('systemctl --user stop vz@small', timeout=900)
    ended_well()
    inside('test -s ~/small.bundle/SaveFile.vzvmsave && cp -a ~/small.bundle ~/kept')


def boot_id():
    """Empty while the guest is on its way down or up."""
    try:
        return inside('cat /proc/sys/kernel/random/boot_id', timeout=60, code=None).strip()
    except subprocess.TimeoutExpired:
        return ''


def saved_at_shutdown_restored_at_boot():
    """Without anybody's login: the host's user lingers."""
    inside('systemctl --user enable --now vz@small')
    eventually('the machine goes on', 900, lambda: goes_on(journal()))
    before = boot_id()
    inside('sudo systemctl --no-block reboot', code=None)
    eventually('the guest is there again', 900, lambda: boot_id() not in ('', before))
    eventually('the machine goes on', 900, lambda: goes_on(journal()))
    assert machine_is('running')
    last = inside('journalctl --user -u vz@small -b -1 -o cat --no-pager')
    assert re.search(r'(?i)saved', last), last
    started = inside('systemctl --user show -P ActiveEnterTimestampMonotonic vz@small')
    login = inside('loginctl show-user "$USER" -P Linger')
    assert int(started) > 0 and login.strip() == 'yes', (started, login)


def stopped_from_outside():
    inside('vz stop small', timeout=900)
    ended_well()


def powered_off_inside():
    inside('rm -r ~/small.bundle && cp -a ~/kept ~/small.bundle && systemctl --user start vz@small')
    eventually('the machine goes on', 900, lambda: goes_on(journal().rpartition('Started')[2]))
    inside(f'sudo python3 -c "{SAY}" /run/user/$(id -u)/vz/*/console.sock')
    ended_well()


try:
    main([starts, brings_vz, starts_and_is_saved_by_systemctl_stop, saved_at_shutdown_restored_at_boot,
          stopped_from_outside, powered_off_inside])
finally:
    home.vz('stop', '--force')
    home.close()

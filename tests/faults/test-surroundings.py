#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the surroundings do to a machine, on the small guest: the rows of table.txt that are cheap to run for real."""
import fcntl
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from vztest import VZ, Console, Home, Skip, eventually, expect, has_open, main, mounter, small_guest  # noqa: E402

home = Home('vz-faults-')
bundle = None
TOO_SMALL = 24  # MiB of a file system that the small guest's state does not fit in


def vz(*arguments, code=0, texts=(), **environment):
    saved = dict(home.environment)
    home.environment.update(environment)
    try:
        return expect(home.vz(*arguments), code, *texts)
    finally:
        home.environment = saved


def state(path=None):
    return json.loads(vz('show', '--json', path or bundle).stdout)['state']


def wait_until_up(path):
    console = Console(home, path)
    console.wait_until_up()
    console.close()


def at_rest():
    """Whatever the test before has left."""
    if state() in ('running', 'paused'):
        vz('stop', '--force', bundle)
    if os.path.exists(os.path.join(bundle, 'SaveFile.vzvmsave')):
        os.remove(os.path.join(bundle, 'SaveFile.vzvmsave'))


def running():
    at_rest()
    vz('run', '--detach', bundle)


def runs():
    global bundle
    bundle = small_guest(home, 'faults.bundle')
    running()
    wait_until_up(bundle)


def another_runtime_directory():
    """As after su or in cron: the machine is seen, and reached."""
    other = home.join('other')
    os.mkdir(other, 0o700)
    assert json.loads(vz('show', '--json', bundle, XDG_RUNTIME_DIR=other).stdout)['state'] == 'running'
    assert '"running"' in vz('list', '--json', XDG_RUNTIME_DIR=other).stdout
    vz('run', '--detach', bundle, code=6, XDG_RUNTIME_DIR=other)
    vz('pause', bundle, XDG_RUNTIME_DIR=other)
    vz('resume', bundle, XDG_RUNTIME_DIR=other)
    assert state() == 'running'


def no_runtime_directory():
    """A directory that is not there, and the variable not set: the machine is seen."""
    assert '"running"' in vz('list', '--json', XDG_RUNTIME_DIR=home.join('gone')).stdout
    kept = home.environment.pop('XDG_RUNTIME_DIR')
    try:
        assert state() == 'running'
    finally:
        home.environment['XDG_RUNTIME_DIR'] = kept


def somebody_elses_runtime_directory():
    if os.getuid() != 0:
        raise Skip('only root may give a directory to somebody else')
    foreign = home.join('foreign')
    os.mkdir(foreign, 0o700)
    os.chown(foreign, pwd.getpwnam('nobody').pw_uid, -1)
    assert json.loads(vz('show', '--json', bundle, XDG_RUNTIME_DIR=foreign).stdout)['state'] == 'running'
    assert os.listdir(foreign) == []


def locales():
    """Made for this test, where Debian's sources of locales are; C and POSIX are always there."""
    found = ['C', 'POSIX']
    folder = home.join('locales')
    os.mkdir(folder)
    for name in ('de_DE', 'tr_TR'):
        made = subprocess.run(['localedef', '-i', name, '-f', 'UTF-8', os.path.join(folder, f'{name}.UTF-8')],
                              capture_output=True, text=True, check=False)
        if os.path.isdir(os.path.join(folder, f'{name}.UTF-8')):
            found.append(f'{name}.UTF-8')
        else:
            print(f'# {name}: {made.stderr.strip()}', flush=True)
    return folder, found


def every_locale():
    """A name with an umlaut and a dotless i, a number with a fraction, words in lower and upper case."""
    at_rest()
    folder, names = locales()
    path = home.join('B\u00fccher \u0131I.bundle')
    for name in names:
        here = {'LC_ALL': name, 'LANG': name, 'LOCPATH': folder}
        vz('list', **here)
        vz('clone', bundle, path, **here)
        shown = vz('show', '--json', path, **here).stdout
        assert json.loads(shown)['state'] == 'stopped', shown
        vz('set', path, 'cpu-count=2', 'memory-size=256M', **here)
        vz('run', '--detach', path, **here)
        wait_until_up(path)
        assert state(path) == 'running'
        vz('stop', path, **here)
        vz('delete', '--force', path, **here)


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def every_umask():
    """What holds a machine's secrets is its owner's alone."""
    running()
    for mask in (0o000, 0o022, 0o077):
        before = os.umask(mask)
        try:
            vz('save', bundle)
            vz('backup', bundle, home.join('u.backup'))
            assert mode(os.path.join(bundle, 'SaveFile.vzvmsave')) == 0o600, oct(mask)
            assert mode(home.join('u.backup')) == 0o600, oct(mask)
            vz('run', '--detach', bundle, texts=['restored'])
        finally:
            os.umask(before)
        os.remove(home.join('u.backup'))


def another_user():
    """He may not look into what is not his, and says so."""
    if os.getuid() != 0:
        raise Skip('only root may become somebody else')
    os.chmod(home.path, 0o711)
    os.chmod(bundle, 0o700)
    nobody = pwd.getpwnam('nobody')
    place = home.join('nobody')
    os.mkdir(place, 0o700)
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    copy = os.path.join(place, 'vz')  # the tests' own may lie where he may not go
    shutil.copy(VZ, copy)
    os.chown(copy, nobody.pw_uid, nobody.pw_gid)
    library = os.path.join(os.path.dirname(VZ), '..', 'libvz.so.0')
    shutil.copy(library, os.path.join(place, 'libvz.so.0'))
    os.chmod(os.path.join(place, 'libvz.so.0'), 0o755)
    for command in ('show', 'run', 'stop'):
        result = subprocess.run([copy, command, bundle], user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], cwd='/',
                                env=dict(os.environ, HOME=place, XDG_RUNTIME_DIR=place, LD_LIBRARY_PATH=place),
                                capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        assert result.returncode in (1, 5) and 'Permission denied' in result.stderr, (command, result)
    assert state() == 'running'


def paused():
    running()
    vz('pause', bundle)
    assert state() == 'paused'
    for listed in (vz('list').stdout, vz('show', bundle).stdout, vz('list', '--json').stdout):
        assert 'paused' in listed and 'by a command' in listed, listed
    vz('exec', bundle, '--', 'true', code=6, texts=['paused'])
    vz('resume', bundle)
    vz('pause', bundle)
    vz('stop', bundle)
    assert state() == 'stopped'


def hung():
    """Two that do not answer: the list ends, and says so of both."""
    other = home.join('hung.bundle')
    at_rest()
    vz('clone', bundle, other)
    vz('run', '--detach', bundle)
    vz('run', '--detach', other)
    stopped = home.processes()
    try:
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        lines = [json.loads(line) for line in vz('list', '--json').stdout.splitlines()]
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    silent = [line for line in lines if line['state'] == 'running' and line.get('reason') == 'QEMU does not answer']
    assert len(silent) == 2, lines
    vz('stop', '--force', other)
    vz('delete', '--force', other)


def tree(folder):
    found = {}
    for here, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            found[os.path.join(here, name)] = os.lstat(os.path.join(here, name)).st_uid
    return found


def root_in_a_users_home():
    """As under sudo -E: looking leaves nothing in the user's directories."""
    if os.getuid() != 0:
        raise Skip('only root may be root in the home of somebody else')
    running()
    user = home.join('user')
    nobody = pwd.getpwnam('nobody')
    os.makedirs(os.path.join(user, 'run'), 0o700)
    shutil.copytree(home.join('data'), os.path.join(user, '.local', 'share'), symlinks=True)
    for path in [user, *tree(user)]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    before = tree(user)
    kept = home.environment
    home.environment = {name: value for name, value in kept.items() if not name.startswith('XDG_')}
    home.environment.update(HOME=user, XDG_RUNTIME_DIR=os.path.join(user, 'run'))
    try:
        for command in (['list'], ['list', '--json'], ['show', bundle], ['check', bundle], ['ip', '--help']):
            result = home.vz(*command)
            assert tree(user) == before, (command, result.stderr, set(tree(user)) ^ set(before))
            if command[0] == 'list':
                assert result.returncode == 0 and 'running' in result.stdout and bundle in result.stdout, result
    finally:
        home.environment = kept


def root_works_for_a_user():
    """What root makes in the folders of a user is that user's, who could not go on otherwise."""
    if os.getuid() != 0:
        raise Skip('only root may be root in the home of somebody else')
    at_rest()
    nobody = pwd.getpwnam('nobody')
    user = home.join('served')
    machine = os.path.join(user, 'VM.bundle')
    os.mkdir(user)
    shutil.copytree(bundle, machine)
    for path in [user, *tree(user)]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    kept = home.environment
    home.environment = {name: value for name, value in kept.items() if not name.startswith('XDG_')}
    home.environment.update(HOME=user, XDG_RUNTIME_DIR=home.runtime)
    try:
        for command in (['set', machine, 'memory-size=300M'], ['run', '--detach', machine], ['save', machine],
                        ['run', '--detach', machine], ['save', machine]):
            expect(home.vz(*command), 0)
            owned = [path for path in tree(user) if os.lstat(path).st_uid != nobody.pw_uid]
            assert not owned, (command, owned)
        assert os.path.exists(os.path.join(machine, 'SaveFile.vzvmsave'))
        assert any(path.endswith('qemu.log') for path in tree(user)), tree(user)
    finally:
        home.environment = kept


def full_disk():
    """The state does not fit: nothing of it stays, and the guest goes on."""
    at_rest()
    place = home.join('small')
    os.mkdir(place)
    script = f'''mount -t tmpfs -o size={TOO_SMALL}M none "$1" && cp -r "$2" "$1/full.bundle" && vz() {{ "$VZ" "$@"; }} || exit 99
        vz run --detach "$1/full.bundle" || exit 98
        sleep 8
        head -c 1000M /dev/zero >"$1/other" 2>/dev/null
        vz save "$1/full.bundle"; echo "save $?"
        vz backup "$1/full.bundle" "$1/full.backup"; echo "backup $?"
        head -c 1000M /dev/zero >>"$1/other" 2>/dev/null
        vz clone "$1/full.bundle" "$1/c.bundle"; echo "clone $?"
        ls -A "$1" "$1/full.bundle"
        vz show --json "$1/full.bundle"
        vz stop --force "$1/full.bundle"; echo "stop $?"'''
    result = subprocess.run([*mounter(), 'bash', '-c', script, 'sh', place, bundle], env=dict(home.environment, VZ=VZ),
                            capture_output=True, text=True, timeout=300, check=False)
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    assert 'save 3' in said and 'backup 3' in said and 'clone 3' in said, said
    assert 'SaveFile' not in result.stdout and 'partial' not in result.stdout and 'full.backup' not in result.stdout, said
    assert '"running"' in said and 'stop 0' in said, said


def refused_by_all(what):
    assert state() == 'in-use', state()
    for command in (['run', '--detach', bundle], ['resize', '--disk-only', bundle, '4M'],
                    ['clone', bundle, home.join('l.bundle')], ['backup', bundle, home.join('l.backup')]):
        vz(*command, code=6, texts=[what])
    assert not os.path.exists(home.join('l.bundle')) and not os.path.exists(home.join('l.backup'))
    assert not home.processes('qemu-system')


def disk_served_by_qemu_nbd():
    """For writing: whoever would write to the disk, or read it as one at rest, is told who has it."""
    at_rest()
    sock = home.join('nbd')
    disk = os.path.join(bundle, 'Disk.img')
    with subprocess.Popen(['qemu-nbd', '-f', 'raw', '-t', '-k', sock, disk], stderr=subprocess.PIPE) as server:
        try:
            eventually('qemu-nbd serves', 30, lambda: os.path.exists(sock) and has_open(server.pid, disk))
            refused_by_all(str(server.pid))
        finally:
            server.terminate()


def disk_behind_a_loop_device():
    at_rest()
    made = subprocess.run(['losetup', '--show', '-f', os.path.join(bundle, 'Disk.img')], capture_output=True, text=True,
                          check=False)
    if made.returncode:
        raise Skip(f'no loop device can be had: {made.stderr.strip()}')
    try:
        refused_by_all(made.stdout.strip())
    finally:
        subprocess.run(['losetup', '-d', made.stdout.strip()], check=True)


def disk_locked_by_another_program():
    at_rest()
    with open(os.path.join(bundle, 'Disk.img'), 'r+b') as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        refused_by_all(str(os.getpid()))


def nothing_is_left():
    at_rest()
    assert not home.processes()


try:
    main([runs, another_runtime_directory, no_runtime_directory, somebody_elses_runtime_directory, another_user,
          every_umask, every_locale, paused, hung, root_in_a_users_home, root_works_for_a_user, full_disk,
          disk_served_by_qemu_nbd, disk_behind_a_loop_device, disk_locked_by_another_program, nothing_is_left])
finally:
    home.close()

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files and folders into a real guest and out of it."""
import os
import shutil
import signal
import socket
import subprocess
import time

from guestmachine import BOOT, PREFIX, ask, running
from vztest import MIB, VZ, Home, eventually, expect, main, mounter

home = Home(PREFIX, BOOT)


def goes_on():
    running(home)


def copies_in_and_out():
    tree = home.join('tree')
    os.makedirs(os.path.join(tree, 'sub folder'))
    with open(os.path.join(tree, 'run me'), 'w') as file:
        file.write('#!/bin/sh\n')
    os.chmod(os.path.join(tree, 'run me'), 0o751)
    os.symlink('run me', os.path.join(tree, 'link'))
    data = os.urandom(5 << 20)
    with open(os.path.join(tree, 'sub folder', '-data'), 'wb') as file:
        file.write(data)
    os.utime(os.path.join(tree, 'sub folder', '-data'), (1e9, 1e9))
    bundle = home.join('VM.bundle')

    def look(path):
        return expect(home.vz('exec', '--', 'stat', '-c', '%A %U %s %Y', path), 0).stdout.split()

    # files
    source = os.path.join(tree, 'sub folder', '-data')
    expect(home.vz('copy', source, ':/root/'), 0)
    assert look('/root/-data') == ['-rw-r--r--', 'root', str(5 << 20), '1000000000'], look('/root/-data')
    expect(home.vz('copy', '--json', os.path.join(tree, 'run me'), bundle + ':/root/x'), 0, '"result"')
    assert look('/root/x')[0] == '-rwxr-x--x'
    expect(home.vz('copy', ':/root/-data', home.join('back')), 0)
    with open(home.join('back'), 'rb') as file:
        assert file.read() == data and os.stat(file.fileno()).st_mtime == 1e9
    # folders: into an existing one under its name, otherwise as the new name; again: merged
    for target, found in ((':/srv', '/srv/tree'), (':/srv/new', '/srv/new'), (':/srv', '/srv/tree')):
        expect(home.vz('copy', tree, target), 0)
        assert look(found + '/run me')[:2] == ['-rwxr-x--x', 'root']
        assert look(found + '/sub folder/-data')[2] == str(5 << 20)
    expect(home.vz('copy', ':/srv/tree', home.join('again')), 0)
    subprocess.run(['diff', '-r', tree, home.join('again')], check=True)
    assert os.readlink(home.join('again', 'link')) == 'run me'
    # refused, and nothing is left behind
    expect(home.vz('exec', '--', 'mkfifo', '/root/pipe'), 0)
    before = home.files()
    for code, text, arguments in (
            (5, '/none', (':/none', home.path)), (5, '/none', (tree, ':/none/x')), (5, 'none', (home.join('none'), ':/root')),
            (5, 'none', (':/root/x', home.join('none', 'x'))), (1, 'neither', (':/root/pipe', home.path)),
            (1, 'is not a folder', (tree, ':/root/x'))):
        expect(home.vz('copy', *arguments), code, text)
    assert home.files() == before, home.files() - before
    # interrupted: neither end keeps part of a file
    process = home.start('copy', ':/dev/zero', home.join('endless'))
    process.communicate(timeout=60)
    assert process.returncode == 1, 'a device is no file'
    expect(home.vz('exec', '--', 'fallocate', '-l', '2G', '/root/large'), 0)
    process = home.start('copy', ':/root/large', home.join('large'))
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130 and home.files() == before, home.files() - before
    expect(home.vz('exec', '--', 'sh', '-c', 'rm -rf /root/large /srv/tree /srv/new; ls -A /root'), 0)


def a_log_that_grows_is_copied():
    """Everything that was there at the start, with a note; in both directions."""
    ask(home, 'mkdir /root/log; seq 100000 > /root/log/other')
    writer = home.start('exec', '-n', '--', 'sh', '-c', 'echo up; exec yes "a line of a log" > /root/log/growing')
    assert writer.stdout.readline() == 'up\n'
    done = expect(home.vz('copy', ':/root/log', home.join('log')), 0, 'growing')
    assert 'note: ' in done.stderr, done.stderr
    assert os.stat(home.join('log', 'growing')).st_size > 0
    with open(home.join('log', 'other'), encoding='utf-8') as file:
        assert file.read() == ''.join(f'{number}\n' for number in range(1, 100001))
    writer.send_signal(signal.SIGINT)
    writer.communicate(timeout=60)
    # It is read for as long as the guest takes it, for seconds, and the writer is at work when that begins.
    growing = home.join('log', 'growing')
    with open(growing, 'wb') as file:
        file.write(os.urandom(24 * MIB))
    with subprocess.Popen(['sh', '-c', 'while echo line; do :; done >> "$0"', growing]) as writer:
        try:
            eventually('a log that grows', 60, lambda: os.stat(growing).st_size > 24 * MIB)
            done = expect(home.vz('copy', home.join('log'), ':/root/back'), 0)
            assert 'growing' in done.stderr, done.stderr
        finally:
            writer.kill()
    assert ask(home, 'wc -l < /root/back/other; rm -rf /root/log /root/back') == '100000'
    shutil.rmtree(home.join('log'))


def holes_stay_holes():
    """A file of 20 GiB with a few bytes in it, alone and in a folder, there and back, in little time and space."""
    os.mkdir(home.join('sparse'))
    source = home.join('sparse', '-holes')
    with open(source, 'wb') as file:
        file.truncate(20 << 30)
        file.seek(10 << 30)
        file.write(b'in the middle')
    os.chmod(source, 0o640)
    expect(home.vz('copy', source, ':/root/holes'), 0)
    expect(home.vz('copy', home.join('sparse'), ':/root'), 0)
    for path in ('/root/holes', '/root/sparse/-holes'):
        size, blocks, mode = ask(home, f"stat -c '%s %b %a' {path}").split()
        assert size == str(20 << 30) and int(blocks) < 1000 and mode == '640', (path, size, blocks, mode)
    os.symlink('/nowhere', home.join('dangling'))
    expect(home.vz('copy', ':/root/holes', home.join('back')), 0)
    expect(home.vz('copy', ':/root/sparse', home.join('sparse-back')), 0)
    for path in (home.join('back'), home.join('sparse-back', '-holes')):
        found = os.stat(path)
        assert found.st_size == 20 << 30 and found.st_blocks < 1000 and found.st_mode & 0o7777 == 0o640, (path, found)
        with open(path, 'rb') as file:
            file.seek(10 << 30)
            assert file.read(13) == b'in the middle'
    ask(home, 'rm -r /root/holes /root/sparse')
    for name in ('back', 'dangling'):
        os.remove(home.join(name))
    for name in ('sparse', 'sparse-back'):
        shutil.rmtree(home.join(name))


def what_is_no_file_is_left_out_and_named():
    ask(home, 'mkdir /root/odd; cd /root/odd; echo a > file; ln -s file link; mkfifo pipe; mknod disk b 254 0; '
              'cp /bin/true run; chmod 6755 run; timeout 3 systemd-socket-activate -l /root/odd/sock true; test -S sock')
    done = expect(home.vz('copy', ':/root/odd', home.join('odd')), 0, 'pipe', 'disk', 'sock', 'left out')
    assert 'link' not in done.stderr and 'run' not in done.stderr, done.stderr
    assert sorted(os.listdir(home.join('odd'))) == ['file', 'link', 'run']
    assert os.stat(home.join('odd', 'run')).st_mode & 0o7777 == 0o755, 'it would run as somebody else'
    os.mkfifo(home.join('odd', 'pipe'))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(home.join('odd', 'sock'))
    done = expect(home.vz('copy', home.join('odd'), ':/root/back'), 0, 'left out', 'pipe', 'sock')
    assert ask(home, 'ls /root/back; rm -r /root/back /root/odd') == 'file\nlink\nrun'
    shutil.rmtree(home.join('odd'))


def names_are_bytes():
    """Of files here and there."""
    odd = os.path.join(os.fsencode(home.path), b'odd-\xff')
    with open(odd, 'wb') as file:
        file.write(b'bytes')
    for source, target in ((odd, b':/root/'), (b':/root/odd-\xff', os.path.join(os.fsencode(home.path), b'back-\xfe'))):
        done = subprocess.run([VZ.encode(), b'copy', source, target], env=home.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr
    with open(target, 'rb') as file:
        assert file.read() == b'bytes'
    os.remove(odd)
    os.remove(target)
    ask(home, 'rm /root/odd*')


def full_and_read_only_places_in_the_guest_are_told():
    ask(home, 'mkdir /root/small /root/fixed; mount -t tmpfs -o size=3m none /root/small; mount -t tmpfs -o ro none /root/fixed; '
              'mkdir /root/small/there; echo old > /root/small/there/a')
    tree = home.join('large')
    os.mkdir(tree)
    for name in ('a', 'b'):
        with open(os.path.join(tree, name), 'wb') as file:
            file.write(os.urandom(2 << 20))
    with open(os.path.join(tree, 'c'), 'wb') as file:
        file.write(os.urandom(8 << 20))
    for source, target in ((os.path.join(tree, 'c'), '/root/small/c'), (tree, '/root/small'), (tree, '/root/small/new')):
        done = expect(home.vz('copy', source, ':' + target), 1, 'No space left on device', '/root/small')
        assert 'Broken pipe' not in done.stderr, done.stderr
    os.rename(tree, home.join('there'))
    expect(home.vz('copy', home.join('there'), ':/root/small'), 1, 'No space left on device')
    assert ask(home, 'cd /root/small; find . | sort; cat there/a') == '.\n./there\n./there/a\nold'
    expect(home.vz('copy', home.join('there', 'a'), ':/root/fixed'), 1, 'Read-only file system', '/root/fixed')
    expect(home.vz('copy', home.join('there'), ':/root/fixed'), 1, 'Read-only file system', '/root/fixed')
    ask(home, 'umount /root/small /root/fixed; rmdir /root/small /root/fixed')
    shutil.rmtree(home.join('there'))


def full_and_read_only_places_here_are_told():
    """In its own namespace, with a small file system and a read-only one."""
    ask(home, 'mkdir /root/large; head -c 8M /dev/urandom > /root/large/c; echo new > /root/large/a')
    small = home.join('small')
    os.mkdir(small)
    script = """mount -t tmpfs -o size=3m none "$1" && cd "$1" && mkdir large && echo old > large/a
for target in new . large; do
  "$2" copy :/root/large "./$target"; echo "code=$?"
done
"$2" copy :/root/large/c ./c; echo "code=$?"
find . | sort; cat large/a
mount -o remount,ro "$1"
"$2" copy :/root/large/a ./b; echo "code=$?"
"$2" copy :/root/large ./b; echo "code=$?"
"""
    done = subprocess.run([*mounter(), 'sh', '-c', script, 'sh', small, VZ], env=home.environment, capture_output=True,
                          text=True, timeout=400, stdin=subprocess.DEVNULL)
    assert done.stdout == 'code=3\n' * 4 + '.\n./large\n./large/a\nold\n' + 'code=1\n' * 2, (done.stdout, done.stderr)
    assert done.stderr.count('No space left on device') >= 4 and done.stderr.count('Read-only file system') == 2, done.stderr
    assert 'Broken pipe' not in done.stderr, done.stderr
    ask(home, 'rm -r /root/large')


def interrupted_ones_leave_no_half():
    """Nor one of a folder copied into an existing one; nor if removing takes longer than an interrupted command is
    given."""
    ask(home, 'mkdir -p /root/there; echo old > /root/there/large; '
        'printf "#!/bin/sh\\nsleep 4\\nexec /bin/rm \\"\\$@\\"\\n" > /usr/local/bin/rm; chmod 755 /usr/local/bin/rm')
    tree = home.join('there')
    os.mkdir(tree)
    with open(os.path.join(tree, 'large'), 'wb') as file:
        for _ in range(400):
            file.write(os.urandom(1 << 20))
    before = home.files()
    for source, target in ((tree, ':/root'), (os.path.join(tree, 'large'), ':/root/there')):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            process = home.start('copy', source, target)
            time.sleep(2)
            process.send_signal(number)
            process.communicate(timeout=60)
            assert process.returncode == (130 if number != signal.SIGKILL else -number), process.returncode
            eventually('nothing is left', 60, lambda: ask(home, 'ls -A /root/there; cat /root/there/large') == 'large\nold')
    # also as they begin
    for number in range(12):
        process = home.start('copy', os.path.join(tree, 'large'), ':/root/there')
        time.sleep(0.6 + number / 8)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 130, process.returncode
    eventually('nothing is left', 60, lambda: ask(home, 'ls -A /root/there; cat /root/there/large') == 'large\nold')
    assert home.files() == before
    shutil.rmtree(tree)
    ask(home, '/bin/rm -r /root/there /usr/local/bin/rm')


try:
    main([goes_on, copies_in_and_out, a_log_that_grows_is_copied, holes_stay_holes,
          what_is_no_file_is_left_out_and_named, names_are_bytes, full_and_read_only_places_in_the_guest_are_told,
          full_and_read_only_places_here_are_told, interrupted_ones_leave_no_half])
finally:
    home.close()

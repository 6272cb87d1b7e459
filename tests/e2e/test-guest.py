#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The commands on one real guest, in the order in which a user meets them. Minutes, under TCG."""
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
import zlib

from vztest import Home, composed_image, eventually, expect, main

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'web'))
from chromium import Driver
from pageserver import PageServer

home = Home(prefix='vz,a=b-')  # what a command line of QEMU's would stumble over
image = None
original = None  # machine-id, host key, MAC address
early = []  # those of a clone in its first and its second boot
CLONE = home.join('two.bundle')
SHARED = home.join('shared')
SHARED_READ_ONLY = home.join('read,only=')
BOOT = 400  # seconds that a guest may take to come up on a slow and busy host


def read_png(path):
    """Width, height, and the rows of a PNG file of 8 bits a channel, unfiltered."""
    with open(path, 'rb') as file:
        data = file.read()
    assert data[:8] == b'\x89PNG\r\n\x1a\n', 'no PNG file'
    position, packed = 8, b''
    while position < len(data):
        length, kind = struct.unpack('>I4s', data[position:position + 8])
        body = data[position + 8:position + 8 + length]
        if kind == b'IHDR':
            width, height, depth, color = struct.unpack('>IIBB', body[:10])
        elif kind == b'IDAT':
            packed += body
        position += 12 + length
    assert depth == 8 and color in (2, 6), 'not RGB of 8 bits'
    return width, height, zlib.decompress(packed), 3 if color == 2 else 4


def installs():
    global image
    image = composed_image()
    key = home.join('key')
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], check=True)
    result = expect(home.vz('install', '--json', '--name', 'first-guest', '--user', 'tester', '--ssh-key', key + '.pub',
                            '--cpus', '2', '--memory', '1G', image, timeout=600), 0)
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[-1] == {'event': 'result', 'bundle': home.join('VM.bundle')}, events[-1]
    fractions = [event['fraction-completed'] for event in events[:-1]]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0, fractions
    assert {'phase', 'completed', 'total', 'rate'} <= set(events[0]), events[0]
    assert not os.path.exists(home.join('VM.bundle', 'RestoreImage.ipsw'))
    assert os.stat(home.join('VM.bundle', 'Disk.img')).st_size == 128 << 30
    assert not home.processes(), 'QEMU is left'
    expect(home.vz('install', image), 1, 'there already')


def shows_and_sets():
    shown = json.loads(expect(home.vz('show', '--json'), 0).stdout)
    assert shown['state'] == 'stopped' and len(shown['machine-identifier']) == 16, shown
    assert shown['configuration']['cpu-count'] == 2, shown
    expect(home.vz('set', 'cpu-count=1', 'memory-size=900M'), 0)
    refused = expect(home.vz('set', 'cpu-count=4000'), 4, 'cpu-count', '4000')
    assert 'must' in refused.stderr, refused.stderr
    expect(home.vz('set', 'cpu-count=many'), 2, 'cpu-count', 'many')
    configuration = json.loads(home.vz('show', '--json').stdout)['configuration']
    assert configuration['cpu-count'] == 1 and configuration['memory-size'] == 900 << 20, configuration
    expect(home.vz('set', 'cpu-count=2', 'memory-size=1G'), 0)
    listed = json.loads(expect(home.vz('list', '--json'), 0).stdout)
    assert listed['bundle'] == home.join('VM.bundle') and 'configuration' not in listed, listed
    expect(home.vz('check'), 0)


def share_several(configuration):
    """Adds two folders below one of the guest's."""
    with open(configuration) as file:
        machine = json.load(file)
    folders = [{'type': 'VzNamedSharedDirectory', 'name': name,
                'directory': {'type': 'VzSharedDirectory', 'path': path, 'read-only': read_only}}
               for name, path, read_only in (('my files', SHARED, False), ('docs', SHARED_READ_ONLY, True))]
    machine['directory-sharing-devices'] = [
        {'type': 'VzVirtioFileSystemDeviceConfiguration', 'tag': 'all',
         'share': {'type': 'VzMultipleDirectoryShare', 'directories': folders}}]
    with open(configuration, 'w') as file:
        json.dump(machine, file)


def runs_detached():
    configuration = home.join('VM.bundle', 'Configuration.json')
    os.mkdir(SHARED)
    os.mkdir(SHARED_READ_ONLY)
    with open(os.path.join(SHARED_READ_ONLY, 'text'), 'w') as file:
        file.write('read me')
    shutil.copy(configuration, home.join('before.json'))
    share_several(configuration)
    expect(home.vz('run', '--detach', '--publish', '0:80', '--wait', 'ssh', '--share', f'{SHARED}:both', '--share',
                   f'{SHARED_READ_ONLY}:docs:ro', timeout=BOOT), 0, 'vz console', '/mnt/both', '/mnt/docs',
           '/mnt/all/my files', '/mnt/all/docs')
    os.replace(home.join('before.json'), configuration)  # the next run can be saved again
    assert json.loads(home.vz('show', '--json').stdout)['state'] == 'running'
    assert len(home.processes()) == 1
    expect(home.vz('run'), 6, 'process')
    expect(home.vz('set', 'cpu-count=1'), 6, 'in use')
    expect(home.vz('delete', '--force', home.join('VM.bundle')), 6)


def executes():
    assert expect(home.vz('exec', '--', 'uname', '-s'), 0).stdout == 'Linux\n'
    assert expect(home.vz('exec', '--', 'hostname'), 0).stdout == 'first-guest\n'
    assert home.vz('exec', '--', 'sh', '-c', 'echo no >&2; exit 7').returncode == 7
    assert expect(home.vz('exec', '--', 'cat', input='a\nb\n'), 0).stdout == 'a\nb\n'
    assert expect(home.vz('exec', '--', 'cat'), 0).stdout == ''
    expect(home.vz('exec', '--', '/no/such/program'), 127, 'no/such/program')
    assert home.vz('exec', '--', 'sh', '-c', 'kill -9 $$').returncode == 137
    expect(home.vz('exec', '--no-stdin', '--', 'cat', input='a'), 0)


def executes_to_the_bitter_end():
    """Status and streams, whatever the command does to them and to its parents."""
    # children in the background, a slow reader
    late = 'head -c 100000 /dev/zero | tr "\\0" x; (for i in $(seq 100); do echo late; sleep 0.02; done) &'
    with subprocess.Popen([os.environ['VZ_PROGRAM'], 'exec', '-n', '--', 'sh', '-c', late], env=home.environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(5)
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 0 and errors == b'', errors
    assert output.startswith(b'x' * 100000) and not output[100000:].replace(b'late\n', b''), output[100000:]
    started = time.monotonic()
    expect(home.vz('exec', '--', 'sh', '-c', 'sleep 600 & echo up'), 0, 'up')
    assert time.monotonic() - started < 120, 'it waited for a child in the background'
    expect(home.vz('exec', '--', 'pkill', '-f', '[s]leep 600'), 0)  # which stays
    # parents
    assert home.vz('exec', '--', 'sh', '-c', 'kill -9 $PPID').returncode == 137
    assert home.vz('exec', '--', 'sh', '-c', 'kill -TERM $$').returncode == 143
    # its streams: opened again, closed early, not read by anybody
    assert expect(home.vz('exec', '--', 'sh', '-c', 'echo again >/dev/stderr'), 0).stderr == 'again\n'
    expect(home.vz('exec', '--', 'sh', '-c', 'exec <&-; echo closed', input='x' * 5000000), 0, 'closed')
    script = f'{os.environ["VZ_PROGRAM"]} exec -n -- sh -c "yes; echo it ended with \\$? >&2" | head -n 1'
    expect(subprocess.run(['sh', '-c', script], env=home.environment, capture_output=True, text=True, timeout=120), 0,
           'y\n', 'it ended with 141')
    # arguments: any bytes, none, too many
    words = [b'', bytes(range(1, 128)), bytes(range(128, 256)), b"it's", b' a\nb ', b'']
    done = subprocess.run([os.environ['VZ_PROGRAM'].encode(), b'exec', b'--', b'printf', b'%s\\0', *words],
                          env=home.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, timeout=120)
    assert done.stdout.split(b'\0')[:-1] == words, done.stdout
    assert expect(home.vz('exec', '--', 'sh', '-c', 'printf %s "$1" | wc -c', 'sh', 'x' * 131000), 0).stdout == '131000\n'
    many = ['x' * 130000] * 16
    expect(home.vz('exec', '--', 'true', *many), 2, 'at most')


def gives_a_command_the_environment_of_a_login():
    lines = expect(home.vz('exec', '--', 'sh', '-c', 'pwd; umask; env'), 0).stdout.split('\n')
    assert lines[:2] == ['/root', '0022'], lines
    for wanted in ('HOME=/root', 'USER=root', 'LOGNAME=root', 'SHELL=/bin/bash', 'LANG=C.UTF-8',
                   'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'):
        assert wanted in lines, (wanted, lines)
    assert not any(line.startswith(('INVOCATION_ID=', 'JOURNAL_STREAM=')) for line in lines), lines


def runs_twenty_commands_at_once():
    commands = [home.start('exec', '-n', '--', 'sh', '-c', f'sleep 5; echo {number}; exit {number}')
                for number in range(20)]
    for number, process in enumerate(commands):
        output, errors = process.communicate(timeout=300)
        assert process.returncode == number and output == f'{number}\n', (process.returncode, output, errors)


def survives_a_pause():
    process = home.start('exec', '-n', '--', 'sh', '-c', 'echo up; sleep 5; echo done; exit 3')
    assert process.stdout.read(3) == 'up\n'
    expect(home.vz('pause'), 0)
    time.sleep(35)
    assert process.poll() is None, process.communicate()
    expect(home.vz('resume'), 0)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 3 and output == 'done\n', (process.returncode, output, errors)


def streams_100_megabytes_both_ways():
    data = os.urandom(1 << 20) * 100
    for command in (['cat'], ['sh', '-c', 'cat >&2']):
        result = subprocess.run([os.environ['VZ_PROGRAM'], 'exec', '--', *command], env=home.environment, input=data,
                                capture_output=True, timeout=600)
        assert result.returncode == 0, result.stderr[-200:]
        assert (result.stdout if command == ['cat'] else result.stderr) == data


def interrupts_a_command_that_never_ends():
    process = home.start('exec', '--', 'sh', '-c', 'yes & sleep 4321 & wait')
    assert process.stdout.read(2) == 'y\n'
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    expect(home.vz('exec', '--', 'pgrep', '-f', '[s]leep 4321'), 1)


def input_events(line):
    """Type, code and value of an input event, from a line of od's."""
    numbers = [int(word) for word in line.split()]
    return numbers[8], numbers[9], numbers[10] | numbers[11] << 16


FOLLOWS = """const canvas = document.querySelector("#screen canvas"), box = canvas.parentElement;
return Math.abs(canvas.width - box.clientWidth) < 8 && Math.abs(canvas.height - box.clientHeight) < 8"""


def a_browser_reaches_it():
    """The guest's screen takes the size of the page, what is typed stands on the console, and a click arrives where
    it is made."""
    driver = Driver()
    server = PageServer(home, 'display', home.join('VM.bundle'), 'web')
    script = 'echo listening; exec timeout 120 stdbuf -oL od -An -v -t u2 -w24 /dev/input/by-id/usb-QEMU*-event-mouse'
    mouse = home.start('exec', '--no-stdin', '--', 'sh', '-c', script)
    try:
        assert mouse.stdout.readline() == 'listening\n', mouse.communicate()
        browser = driver.browser(1280, 800)
        browser.open(server.address())
        eventually('a picture', 120, lambda: browser.run('return document.querySelector("#notice").hidden'))
        eventually("a screen of the page's size", 120, lambda: browser.run(FOLLOWS))
        browser.click_at('#screen canvas', 200, 100)
        seen = {}
        while (1, 272) not in seen:
            kind, code, value = input_events(mouse.stdout.readline())
            seen[kind, code] = value
        width, height = browser.run('const box = document.querySelector("#screen canvas").getBoundingClientRect();'
                                    'return [box.width, box.height]')
        for code, expected in ((0, 0.5 + 200 / width), (1, 0.5 + 100 / height)):
            assert abs(seen[3, code] / 32767 - expected) < 0.01, (seen, width, height)
        browser.type('somebody')
        eventually('the name on the console', 60,
                   lambda: 'somebody' in home.vz('exec', '-n', '--', 'cat', '/dev/vcs1').stdout)
        browser.command('Emulation.setDeviceMetricsOverride', width=1000, height=700, deviceScaleFactor=1, mobile=False)
        eventually('the screen of a smaller window', 120, lambda: browser.run(FOLLOWS))
        size = browser.run('const { width, height } = document.querySelector("#screen canvas"); return [width, height]')
        modes = home.vz('exec', '-n', '--', 'sh', '-c', 'cat /sys/class/drm/card*/modes').stdout.split()
        assert size[0] == 1000 and modes[0] == '{}x{}'.format(*size), (size, modes)
        # Letters of 8 by 16: the console has no more lines than can be seen.
        seen = f'{size[1] // 16} {size[0] // 8}'
        eventually('the text console follows', 120,
                   lambda: home.vz('exec', '-n', '--', 'stty', '-F', '/dev/tty1', 'size').stdout.strip() == seen)
        assert not browser.complaints()
    finally:
        mouse.terminate()
        mouse.communicate(timeout=60)
        server.process.terminate()
        server.wait()
        driver.close()


def clones_while_it_writes():
    """The file systems of the clone are whole, and the guest never knew."""
    writes = 'while :; do dd if=/dev/urandom of=/var/tmp/junk bs=64k count=64 2>/dev/null; cp /var/tmp/junk /var/tmp/copy; done'
    writer = home.start('exec', '--', 'sh', '-c', writes)
    time.sleep(3)
    assert writer.poll() is None, writer.stderr.read()
    expect(home.vz('clone', home.join('VM.bundle'), CLONE, timeout=BOOT), 0)
    assert writer.poll() is None, writer.stderr.read()
    writer.send_signal(signal.SIGINT)
    writer.communicate(timeout=60)
    expect(home.vz('exec', '--', 'sh', '-c', 'echo it writes > /var/tmp/after && sync', timeout=60), 0)
    expect(home.vz('check', CLONE), 0, 'no problems')


def check_root_file_system(bundle):
    """Offline, as it is: neither an error nor anything to be played back."""
    disk = os.path.join(bundle, 'Disk.img')
    table = json.loads(subprocess.run(['/usr/sbin/sfdisk', '-J', disk], check=True, capture_output=True).stdout)
    start = max(entry['start'] for entry in table['partitiontable']['partitions']) * 512
    place = f'{disk}?offset={start}'
    checked = subprocess.run(['/usr/sbin/e2fsck', '-f', '-n', place], capture_output=True, text=True)
    assert checked.returncode == 0 and 'recover' not in checked.stdout + checked.stderr, checked
    features = subprocess.run(['/usr/sbin/dumpe2fs', '-h', place], check=True, capture_output=True, text=True).stdout
    assert 'needs_recovery' not in features, features


def backs_up_while_it_writes():
    """Clean in every backup, and the guest never knew. Interrupted ones leave the guest writing, and nothing else."""
    backup, restored = home.join('vm.backup'), home.join('restored.bundle')
    writes = ('while :; do dd if=/dev/urandom of=/var/tmp/junk bs=64k count=64 2>/dev/null; cp /var/tmp/junk /var/tmp/copy; '
              'rm -rf /var/tmp/tree; mkdir /var/tmp/tree; for n in 1 2 3 4 5 6 7 8 9; do echo $n > /var/tmp/tree/$n; done; done')
    writer = home.start('exec', '--', 'sh', '-c', writes)
    time.sleep(3)
    before = home.files()
    for number in (signal.SIGINT, signal.SIGTERM):
        process = home.start('backup', backup)
        time.sleep(2)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130, errors
        assert home.files() == before, home.files() - before
        expect(home.vz('exec', '--', 'sh', '-c', 'date > /var/tmp/goes-on && sync', timeout=60), 0)
    process = home.start('backup', backup)
    time.sleep(2)
    process.kill()
    process.communicate(timeout=60)
    assert home.files() == before, home.files() - before
    for _ in range(2):
        assert writer.poll() is None, writer.stderr.read()
        expect(home.vz('backup', backup, timeout=BOOT), 0)
        expect(home.vz('restore-backup', backup, restored, timeout=BOOT), 0, 'in use')
        check_root_file_system(restored)
        expect(home.vz('check', restored), 4, 'has the same one')  # as the original, and nothing else is wrong
        expect(home.vz('delete', '--force', restored), 6)
        shutil.rmtree(restored)
        os.remove(backup)
    assert writer.poll() is None, writer.stderr.read()
    writer.send_signal(signal.SIGINT)
    writer.communicate(timeout=60)


def grows_while_it_runs():
    disk = home.join('VM.bundle', 'Disk.img')

    def size_of_root():
        return int(expect(home.vz('exec', '--', 'sh', '-c', 'df -B1 --output=size / | tail -n 1'), 0).stdout)

    before = size_of_root()
    expect(home.vz('resize', '+8G', timeout=BOOT), 0, 'has grown with it')
    assert os.stat(disk).st_size == 136 << 30
    assert size_of_root() > before + 7 * 10**9, (before, size_of_root())
    checked = subprocess.run(['/usr/sbin/sfdisk', '--verify', disk], capture_output=True, text=True)
    assert checked.returncode == 0 and 'backup' not in checked.stdout + checked.stderr, checked
    expect(home.vz('resize', '136G', timeout=BOOT), 0)
    expect(home.vz('resize', '128G'), 2, 'not shrink')


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
    # folders: into one that is there under its name, else as the new name; there again: merged
    for target, found in ((':/srv', '/srv/tree'), (':/srv/new', '/srv/new'), (':/srv', '/srv/tree')):
        expect(home.vz('copy', tree, target), 0)
        assert look(found + '/run me')[:2] == ['-rwxr-x--x', 'root']
        assert look(found + '/sub folder/-data')[2] == str(5 << 20)
    expect(home.vz('copy', ':/srv/tree', home.join('again')), 0)
    subprocess.run(['diff', '-r', tree, home.join('again')], check=True)
    assert os.readlink(home.join('again', 'link')) == 'run me'
    # refused, and nothing is left
    expect(home.vz('exec', '--', 'mkfifo', '/root/pipe'), 0)
    before = home.files()
    for code, text, arguments in (
            (5, '/none', (':/none', home.path)), (5, '/none', (tree, ':/none/x')), (5, 'none', (home.join('none'), ':/root')),
            (5, 'none', (':/root/x', home.join('none', 'x'))), (1, 'neither', (':/root/pipe', home.path)),
            (1, 'no folder', (tree, ':/root/x'))):
        expect(home.vz('copy', *arguments), code, text)
    assert home.files() == before, home.files() - before
    # interrupted: neither end keeps a part of a file
    process = home.start('copy', ':/dev/zero', home.join('endless'))
    process.communicate(timeout=60)
    assert process.returncode == 1, 'a device is no file'
    expect(home.vz('exec', '--', 'truncate', '-s', '2G', '/root/large'), 0)
    process = home.start('copy', ':/root/large', home.join('large'))
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130 and home.files() == before, home.files() - before
    expect(home.vz('exec', '--', 'sh', '-c', 'rm -rf /root/large /srv/tree /srv/new; ls -A /root'), 0)


def identity(*bundle):
    line = 'cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub /sys/class/net/e*/address'
    lines = expect(home.vz('exec', *bundle, '--', 'sh', '-c', line), 0).stdout.split('\n')
    return [lines[0], lines[1].split()[1], lines[2]]


def a_clone_is_another_machine():
    expect(home.vz('run', '--detach', '--wait', 'agent', CLONE, timeout=BOOT), 0)
    expect(home.vz('exec', CLONE, '--', 'systemctl', 'start', 'multi-user.target', timeout=BOOT), 0)
    for before, now in zip(original, identity(CLONE)):
        assert before != now, f'both have {now}'
    # What was frozen is clean: nothing had to be played back.
    assert 'recover' not in expect(home.vz('exec', CLONE, '--', 'sh', '-c', 'dmesg | grep EXT4'), 0).stdout
    expect(home.vz('exec', CLONE, '--', 'test', '!', '-e', '/var/tmp/after'), 0)
    expect(home.vz('stop', CLONE, '--timeout', str(BOOT), timeout=BOOT + 20), 0)
    expect(home.vz('delete', '--force', CLONE), 0)


def an_early_clone_is_another_machine():
    """Taken before the original's first ordinary boot, when systemd keeps /etc/machine-id busy."""
    bundle = home.join('early.bundle')
    expect(home.vz('clone', '--name', 'early-2', home.join('VM.bundle'), bundle, timeout=BOOT), 0)
    for _ in range(2):
        expect(home.vz('run', '--detach', '--wait', 'ssh', bundle, timeout=BOOT), 0)
        early.append(identity(bundle))
        names = expect(home.vz('ssh', bundle, '--', 'hostname; cat /etc/hostname', timeout=BOOT), 0).stdout
        assert names == 'early-2\nearly-2\n', names
        expect(home.vz('stop', bundle, '--timeout', str(BOOT), timeout=BOOT + 20), 0)
    assert early[0] == early[1], f'the second boot changes it: {early}'
    expect(home.vz('delete', '--force', bundle), 0)


def guest_is_as_configured():
    global original
    original = identity()
    for before, now in zip(original, early[0]):
        assert before != now, f'both have {now}'

    def ask(line):
        return expect(home.vz('exec', '--', 'sh', '-c', line), 0).stdout.strip()

    shown = json.loads(home.vz('show', '--json').stdout)
    assert ask('cat /sys/class/dmi/id/product_uuid').lower() == shown['uuid'].lower()
    address = shown['configuration']['network-devices'][0]['mac-address']
    assert address in ask('cat /sys/class/net/e*/address')
    assert int(ask('df -B1 --output=size / | tail -n 1')) > 120 * 10**9, 'the root file system does not fill the disk'
    assert ask('nproc') == '2'
    assert 'tester' in ask('id -nG tester && sudo -l -U tester')
    assert 'keyboard' in ask('cat /proc/bus/input/devices').lower()
    assert ask('ls /dev/dri/card0') == '/dev/dri/card0'
    assert ask('ls /dev/input/by-id') != ''


def logs_in_by_ssh():
    assert 'uid=1000(tester)' in expect(home.vz('ssh', '--', 'id', timeout=BOOT), 0).stdout
    assert home.vz('ssh', '--', 'exit 9').returncode == 9
    assert os.path.exists(home.join('state', 'vz', 'known_hosts'))


def takes_a_screenshot():
    picture = home.join('x.png')
    expect(home.vz('screenshot', picture), 0)
    width, height, pixels, channels = read_png(picture)
    assert (width, height) == (1920, 1200), (width, height)
    # A text console has text at its top left and is dark below. QEMU's own "Display output is not
    # active" has it in the middle and nothing in the corner.
    stride = 1 + width * channels
    corner = b''.join(pixels[row * stride:row * stride + 1 + 400 * channels] for row in range(100))
    assert len(set(corner)) > 2 and any(value > 100 for value in corner), 'nothing at the top left'


def shares_folders():
    """Both ways, at once, with all kinds of bytes; and one to read only."""
    data = os.urandom(3 << 20)
    with open(os.path.join(SHARED, 'from host'), 'wb') as file:
        file.write(data)
    expect(home.vz('exec', '--', 'sh', '-c', 'cd /mnt/both && cp "from host" copy && mkdir d && mv copy d/moved && sync'), 0)
    with open(os.path.join(SHARED, 'd', 'moved'), 'rb') as file:
        assert file.read() == data
    assert os.stat(os.path.join(SHARED, 'd', 'moved')).st_uid == os.getuid(), 'QEMU runs as somebody else'
    os.unlink(os.path.join(SHARED, 'd', 'moved'))
    expect(home.vz('exec', '--', 'sh', '-c', 'ls /mnt/both/d; rmdir /mnt/both/d'), 0)
    assert os.listdir(SHARED) == ['from host']
    assert expect(home.vz('exec', '--', 'cat', '/mnt/docs/text'), 0).stdout == 'read me'
    assert expect(home.vz('exec', '--', 'ls', '/mnt/all'), 0).stdout == 'docs\nmy files\n'
    assert expect(home.vz('exec', '--', 'ls', '/mnt/all/my files'), 0).stdout == 'from host\n'
    expect(home.vz('exec', '--', 'sh', '-c', 'cat /mnt/all/docs/text && touch /mnt/all/docs/new'), 1, 'read me', 'Read-only')
    expect(home.vz('exec', '--', 'touch', '/mnt/docs/new'), 1, 'Read-only')
    # A guest's root can mount it otherwise; it is QEMU that must not write.
    expect(home.vz('exec', '--', 'sh', '-c', 'mount -o remount,rw /mnt/docs; touch /mnt/docs/new; rm /mnt/docs/text'), 1,
           'Read-only')
    assert os.listdir(SHARED_READ_ONLY) == ['text']
    expect(home.vz('save'), 1, 'directory-sharing-devices[0]', 'cannot be saved')
    assert json.loads(home.vz('show', '--json').stdout)['state'] == 'running'
    assert not os.path.exists(home.join('VM.bundle', 'SaveFile.vzvmsave'))


def clears_up_after_killed_commands():
    """Three ports each, that the next command unplugs."""
    for _ in range(11):
        process = home.start('exec', '--no-stdin', '--', 'sh', '-c', 'echo up; exec sleep 8765')
        assert process.stdout.read(3) == 'up\n'  # at once, though it goes on
        process.kill()
        process.communicate(timeout=20)
    expect(home.vz('exec', '--', 'pgrep', '-f', '[s]leep 8765'), 1)
    ports = expect(home.vz('exec', '--', 'ls', '/dev/virtio-ports'), 0).stdout.split()
    assert len(ports) == 4, ports  # the agent's and this command's own
    left = [name for _, _, names in os.walk(home.runtime) for name in names if name.startswith('exec-')]
    assert not left, left


def killed_commands_harm_nothing():
    for arguments in (['console'], ['exec', '--', 'sleep', '60'], ['stop', '--no-force', '--timeout', '0']):
        process = home.start(*arguments)
        time.sleep(1)
        process.kill()
        process.communicate(timeout=20)
        if arguments[0] == 'stop':
            break
        assert len(home.processes()) == 1, f'{arguments[0]} took the machine along'


def stops():
    result = home.vz('stop', '--timeout', str(BOOT), timeout=BOOT + 20)
    if 'not running' not in result.stderr:  # the test before may have asked already
        expect(result, 0, 'shut down')
    eventually('QEMU ends', 60, lambda: not home.processes())
    expect(home.vz('stop'), 1, 'not running')
    expect(home.vz('exec', '--', 'true'), 1, 'not running')
    expect(home.vz('check'), 0, 'no problems')


def the_clock_is_right_after_a_restore():
    expect(home.vz('run', '--detach', '--wait', 'boot', timeout=BOOT), 0)
    word = home.vz('exec', '--', 'systemctl', 'is-system-running').stdout
    assert word in ('running\n', 'degraded\n', 'starting\n'), word  # the prompt may be there first
    expect(home.vz('exec', '--', 'sh', '-c', 'echo tester:secret | chpasswd'), 0)
    expect(home.vz('save', timeout=BOOT), 0)
    expect(home.vz('run', '--share', SHARED), 2, '--share', 'saved')
    time.sleep(10)
    expect(home.vz('run', '--detach', '--wait', 'agent', timeout=BOOT), 0, 'restored')
    before = time.time()
    now = float(expect(home.vz('exec', '--', 'date', '+%s.%N'), 0).stdout)
    assert before - 2 < now < time.time() + 2, (before, now, time.time())
    expect(home.vz('save', timeout=BOOT), 0)


class Terminal:
    """A terminal of tmux's with a shell in it."""

    def __init__(self, columns, rows):
        self.server = home.join('tmux')
        self.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'vz', '-x', str(columns), '-y', str(rows), 'sh')
        self.tmux('set', '-g', 'status', 'off')
        self.resize(columns, rows)

    def tmux(self, *arguments):
        return subprocess.run(['tmux', '-S', self.server, *arguments], env=home.environment, capture_output=True, text=True,
                              timeout=60)

    def resize(self, columns, rows):
        self.tmux('resize-window', '-t', 'vz', '-x', str(columns), '-y', str(rows))

    def lines(self):
        return self.tmux('capture-pane', '-p', '-t', 'vz').stdout.splitlines()

    def press(self, *keys):
        self.tmux('send-keys', '-t', 'vz', *keys)

    def see(self, what, test, seconds=120):
        try:
            eventually(what, seconds, lambda: test(self.lines()))
        except AssertionError as error:
            raise AssertionError(f'{error}; it shows:\n' + '\n'.join(self.lines())) from None

    def see_text(self, text, seconds=120):
        self.see(repr(text), lambda lines: any(text in line for line in lines), seconds)

    def close(self):
        self.tmux('kill-server')


def works_in_a_terminal():
    """`vz run`, a login, vi, a window that changes its size, out and in again."""
    terminal = Terminal(100, 30)
    try:
        terminal.press('clear; "$VZ_PROGRAM" run; echo code=$?', 'Enter')
        terminal.see_text('restored', BOOT)
        terminal.press('Enter')
        terminal.see_text('tester@first-guest:~$')  # its console logs in by itself
        expect(home.vz('console'), 6, 'attached')
        terminal.press('clear; su - tester', 'Enter')
        terminal.see_text('Password:')
        terminal.press('secret', 'Enter')
        terminal.see_text('tester@first-guest:~$')
        terminal.press('clear; stty size', 'Enter')
        terminal.see_text('30 100')
        terminal.press('vi note', 'Enter')
        # An empty file: one line of text, one for messages, and between them lines that are not there.
        terminal.see('28 times ~', lambda lines: sum(line.startswith('~') for line in lines) == 28)
        terminal.press('ifrom vz', 'Escape')
        terminal.resize(132, 40)
        terminal.see('38 times ~', lambda lines: sum(line.startswith('~') for line in lines) == 38)
        terminal.press(':wq', 'Enter')
        terminal.see_text('tester@first-guest:~$')
        terminal.press('clear; stty size', 'Enter')
        terminal.see_text('40 132')
        terminal.press('C-]')
        terminal.see_text('d: leave')
        terminal.press('d')
        terminal.see_text('goes on running')
        terminal.see_text('code=0')
        terminal.press('clear; stty -a | grep -q -e -echo\\  || echo sa""ne', 'Enter')
        terminal.see_text('sane')
        assert len(home.processes()) == 1, 'the machine went away with its console'
        terminal.press('clear; "$VZ_PROGRAM" console; echo code=$?', 'Enter')
        terminal.see_text('opens a menu')
        terminal.press('echo; cat no""te; exit', 'Enter')  # the shell of before
        terminal.see_text('from vz')
        assert expect(home.vz('exec', '--', 'cat', '/home/tester/note'), 0).stdout == 'from vz\n'
        terminal.press('C-]', 'q')
        terminal.see_text('code=0', BOOT)
    finally:
        terminal.close()
    assert not home.processes(), 'QEMU is left'


def headless_stops_on_a_signal():
    process = home.start('run', '--headless', '--on-close', 'stop')
    eventually('it runs', 30, home.processes)
    eventually('the guest is up', BOOT, lambda: home.vz('exec', '--', 'true', timeout=BOOT).returncode == 0)
    process.terminate()
    _, errors = process.communicate(timeout=BOOT)
    assert process.returncode == 0, errors
    assert not home.processes(), 'QEMU is left'


def deletes():
    expect(home.vz('delete', home.join('VM.bundle')), 2, '--force')
    expect(home.vz('delete', '--force', home.join('VM.bundle')), 0)
    assert not os.path.exists(home.join('VM.bundle'))
    assert home.vz('list', '--json').stdout == ''


try:
    main([installs, shows_and_sets, an_early_clone_is_another_machine, runs_detached, executes, executes_to_the_bitter_end,
          gives_a_command_the_environment_of_a_login, runs_twenty_commands_at_once,
          survives_a_pause, streams_100_megabytes_both_ways,
          interrupts_a_command_that_never_ends, clears_up_after_killed_commands, shares_folders, guest_is_as_configured,
          logs_in_by_ssh, takes_a_screenshot, a_browser_reaches_it, clones_while_it_writes, backs_up_while_it_writes,
          copies_in_and_out, grows_while_it_runs, killed_commands_harm_nothing, stops, a_clone_is_another_machine,
          the_clock_is_right_after_a_restore, works_in_a_terminal, headless_stops_on_a_signal, deletes])
finally:
    home.close()

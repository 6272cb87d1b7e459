#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The code blocks of README.md and docs/*.md, run in the shell that quickstart leaves.

Usage: test-docs.py here|guest     (lines.txt says which lines are which)

quickstart installs for real: an ordinary user's ~/.local is one of the test's own; root's /usr/local is an overlay
that only this program sees."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
sys.path[:0] = [os.path.join(TESTS, part) for part in ('e2e', 'image', 'server')]

import guestmachine  # noqa: E402
from blocks import TOP, all_blocks, table  # noqa: E402
from catalogs import mac, restore, write  # noqa: E402
from vztest import MIB, Console, Home, eventually, expect, main, small_guest, small_image, zstd  # noqa: E402
from webserver import Server  # noqa: E402

WHERE = sys.argv[1]
NAME = 'UniversalMac_15.5_24F74_Restore.ipsw'
IS_ROOT = os.getuid() == 0
home = Home('vz-docs-')
tree = home.join('tree')
prefix = '/usr/local' if IS_ROOT else home.join('.local')
settings = os.path.join(prefix, 'share', 'vz', 'env.sh')
server = None


def environment():
    """A new user's: nothing of the build folder's."""
    kept = {name: value for name, value in os.environ.items()
            if re.fullmatch(r'(?i)(https?|ftp|all|no)_proxy|SSL_CERT_\w+|CCACHE_\w+', name)}
    kept['no_proxy'] = ','.join(filter(None, [kept.get('no_proxy'), '127.0.0.1']))
    return dict(kept, HOME=home.path, XDG_RUNTIME_DIR=home.runtime, TMPDIR=home.path, LANG='C.UTF-8',
                PATH='/usr/local/bin:/usr/bin:/bin',
                USER='me', LOGNAME='me')


def shell(script, cwd=None, timeout=900, **more):
    """What a shell does that has read the one line which quickstart names."""
    return subprocess.run(['bash', '-ec', f'. {settings}\n{script}'], cwd=cwd or home.path,
                          env=dict(environment(), **more), stdin=subprocess.DEVNULL, capture_output=True, text=True, errors='replace', timeout=timeout)


def quickstart(*arguments, umask=0o022, **more):
    return subprocess.run([os.path.join(tree, 'quickstart'), *arguments], env=dict(environment(), **more), umask=umask,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=2400)


def see_an_empty_prefix():
    """Root's installations go to where all users look, so this program gets a /usr/local of its own."""
    if not IS_ROOT or 'VZ_TEST_PRIVATE' in os.environ:
        return
    os.environ['VZ_TEST_PRIVATE'] = '1'
    script = ('mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work" && mount -t overlay none -o '
              '"lowerdir=/usr/local,upperdir=$1/upper,workdir=$1/work" /usr/local || exit 77; shift; exec "$@"')
    with tempfile.TemporaryDirectory() as place:
        made = subprocess.run(['unshare', '--mount', 'sh', '-c', script, 'sh', place, sys.executable, *sys.argv],
                              check=False)
    if made.returncode == 77:
        print('1..0 # SKIP root may mount no overlay over /usr/local here, and it is not to be changed')
        sys.exit(0)
    sys.exit(made.returncode)


def copies_the_tree():
    os.mkdir(tree)
    script = "tar -C \"$1\" --exclude=./.git --exclude='./build*' -cf - . | tar -C \"$2\" -xf - --no-same-owner"
    subprocess.run(['sh', '-c', script, 'sh', TOP, tree], check=True)


def quickstart_installs_in_any_locale_and_umask():
    copies_the_tree()
    first = expect(quickstart('--no-guest', umask=0o077, LC_ALL='C'), 0, f'. {settings}')
    assert '== build' in first.stdout
    expect(quickstart('--no-guest', LC_ALL='tr_TR.UTF-8'), 0, f'. {settings}')
    if IS_ROOT:
        closed = subprocess.run(['find', os.path.join(prefix, 'share', 'vz'), os.path.join(prefix, 'include'),
                                 '!', '-perm', '-o=r'], capture_output=True, text=True, check=False).stdout
        assert closed == '', closed
    expect(quickstart('--no-such'), 2, "'--no-such'")


def doctor_says_what_to_source():
    without = subprocess.run([os.path.join(prefix, 'bin', 'vz'), 'doctor'], env=environment(), capture_output=True,
                             text=True, timeout=120, check=False).stdout
    assert re.search(rf'^\S+ +library .*; in your shell, run this first: \. {settings}$', without, re.MULTILINE), without
    said = shell('vz doctor').stdout
    assert re.search(r'^ok +library +C and Python find it$', said, re.MULTILINE), said
    expect(shell(f'before=$PATH; set -u; . {settings}; [ "$before" = "$PATH" ]'), 0)


def quickstart_leaves_a_running_guest():
    """On the machine that the programs of this suite share, as in a second run: its installation is theirs to try."""
    copies_the_tree()
    guestmachine.installed(home)
    shutil.copytree(home.join('data', 'vz'), home.join('.local', 'share', 'vz'), symlinks=True)
    expect(quickstart(), 0, 'VM.bundle is there already', 'Your machine is running', f'. {settings}')
    os.symlink('VM.bundle', home.join('web.bundle'))
    expect(quickstart(), 0, 'is running already')


def prepares():
    """The files that the documents speak of."""
    global server
    small_guest(home, 'VM.bundle')
    os.symlink('VM.bundle', home.join('web.bundle'))
    served = home.join('served')
    for name in ('served', 'mnt', 'srv', '.config/vz/catalogs.d'):
        os.makedirs(home.join(name))
    subprocess.run([os.environ['VZ_MAKE_IPSW'], os.path.join(served, NAME), '--size', '12M', '--version', '15.5',
                    '--build', '24F74'], check=True, timeout=60)
    with zipfile.ZipFile(small_image(os.path.join(served, 'image.ipsw')), 'a') as archive:
        archive.writestr('Chunks/ESP/000000.zst', zstd(bytes(MIB)))
    small_image(os.path.join(served, 'debian.ipsw'))
    shutil.copy(os.path.join(served, NAME), os.path.join(served, 'macOS.ipsw'))
    server = Server(served)
    write(os.path.join(served, 'catalog.xml'),
          {'VirtualMac2,1': {'24F74': restore('15.5', '24F74', server.url(NAME))}, 'Mac17,5': mac('15.5', '24F74')})
    for name, line in (('50-apple.conf', f'URL={server.url("catalog.xml")}'), ('70-macos.conf', 'Enabled=false')):
        with open(home.join('.config/vz/catalogs.d', name), 'w', encoding='utf-8') as file:
            file.write(f'[Catalog]\n{line}\n')


def is_running():
    return '"running"' in shell('vz show VM.bundle --json').stdout


def up():
    if not is_running():
        expect(shell('vz run --detach VM.bundle'), 0)
    console = Console(home, home.join('VM.bundle'))
    console.wait_until_up()
    console.close()


def at_rest():
    if is_running():
        up()
        expect(shell('vz stop'), 0)


def without(*names):
    return lambda: [os.remove(os.path.join(home.path, 'here', name)) for name in names
                    if os.path.lexists(os.path.join(home.path, 'here', name))]


# What a line needs that the lines before it have not left.
BEFORE = {
    'vz run --detach web.bundle': at_rest, 'vz screenshot x.png': up, 'vz display vnc': up, 'vz stop': up,
    'vz clone web.bundle web2.bundle': at_rest, 'vz backup vm.backup': at_rest, 'vz send-keys Ctrl-Alt-F2': up, 'vz set web.bundle memory-size=1G': at_rest,
    'vz image fetch macos -o macOS.ipsw': without('macOS.ipsw'), 'vz image fetch macos --limit-rate 5M': without(NAME),
    'unzip vm.backup -d there && cd there': lambda: expect(shell('vz backup vm.backup', home.join('here')), 0)
    if not os.path.exists(home.join('here', 'vm.backup')) else None,
}


def open_folder():
    """Each block starts in a folder with the files that it may take for granted."""
    folder = home.join('here')
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    images = [f'served/{name}' for name in (NAME, 'macOS.ipsw', 'debian.ipsw', 'image.ipsw')]
    for name in ('VM.bundle', 'web.bundle', *images):
        os.symlink(home.join(name), os.path.join(folder, os.path.basename(name)))
    for name in ('notes.txt', 'site/index.html'):
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
            file.write('words\n')
    return folder


def adapted(line):
    """The same command with its places of the host in the test's home. There the list has no name for a guest's alias."""
    if WHERE == 'guest':
        return re.sub(r'\bweb(?=:|\s--)', 'web.bundle', line)
    return re.sub(r'(?<![:\w])/(mnt|srv|home/me)\b', lambda match: home.path if match[1] == 'home/me'
                  else home.join(match[1]), line)


def run_blocks():
    """Line by line; what a line leaves, its folder too, is the next one's."""
    rows, failed, count = table(), [], 0
    # The tests before and after this one do these.
    elsewhere = ('./quickstart', '. ~/.local/share/vz/env.sh', 'cc program.c $(pkg-config --cflags --libs vz-1.0)')
    for block in all_blocks():
        if block.kind != 'shell':
            continue
        folder = open_folder()
        for line in block.commands():
            if rows.get(line, ('',))[0] != WHERE or line in elsewhere:
                continue
            count += 1
            if WHERE == 'here':
                BEFORE.get(line, lambda: None)()
            result = shell(adapted(line), folder)
            print(f'# {block.place}: {line}: {result.returncode}', flush=True)
            if result.returncode:
                failed.append(f'{block.place}: {line}: {result.returncode}: {result.stderr[-1500:]}')
            if moved := re.search(r'&& cd (\S+)$', line):
                folder = os.path.join(folder, moved[1])
    assert not failed, '\n'.join(failed)
    assert count > 5


def lines_of_the_documents():
    assert WHERE == 'here' or is_running(), 'quickstart has left no guest'
    run_blocks()
    if WHERE == 'here':
        at_rest()


def program(kind, command):
    """Runs the README's program on a machine, which then is told to stop: that ends the program, well."""
    code = next('\n'.join(block.lines) for block in all_blocks() if block.kind == kind)
    folder = open_folder()
    assert '/home/me/VM.bundle' in code
    with open(os.path.join(folder, f'program.{kind}'), 'w', encoding='utf-8') as file:
        file.write(code.replace('/home/me', home.path) + '\n')
    at_rest()
    with subprocess.Popen(['bash', '-ec', f'. {settings}\n{command}'], cwd=folder, env=environment(),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            eventually('the machine runs', 120, lambda: is_running() or process.poll() is not None)
            if process.poll() is None:
                up()
                expect(shell('vz stop'), 0)
            said, _ = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == 0, said


def program_in_c():
    line = next(line for block in all_blocks() for line in block.commands() if line.startswith('cc program.c'))
    program('c', f'{line}\n./a.out')


def program_in_python():
    program('python', 'python3 program.python')


def parts_of_a_configuration():
    blocks = [block for block in all_blocks() if block.kind == 'json']
    assert len(blocks) >= 3
    path = home.join('VM.bundle', 'Configuration.json')
    with open(path, encoding='utf-8') as file:
        before = file.read()
    for block in blocks:
        part = json.loads('{' + '\n'.join(block.lines).replace('/home/me', home.path) + '}')
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(json.loads(before) | part, file)
        shown = json.loads(expect(shell('vz show VM.bundle --json'), 0).stdout)
        assert all(key in json.dumps(shown) for key in part), (block.place, shown)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(before)


def nothing_is_left_running():
    shell('vz stop --force VM.bundle')
    eventually('QEMU is gone', 60, lambda: not home.processes())


TESTS_OF = {
    'here': [quickstart_installs_in_any_locale_and_umask, doctor_says_what_to_source, prepares, lines_of_the_documents,
             program_in_c, program_in_python, parts_of_a_configuration, nothing_is_left_running],
    'guest': [quickstart_leaves_a_running_guest, lines_of_the_documents, nothing_is_left_running],
}
see_an_empty_prefix()
try:
    main(TESTS_OF[WHERE])
finally:
    if server:
        server.close()
    home.close()

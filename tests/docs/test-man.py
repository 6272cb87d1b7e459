#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual pages: one for each command, without a warning, with examples whose options exist, and complete.

  test-man.py PAGE...     the pages that the build has made of the table of commands
"""
import glob
import os
import re
import shlex
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from blocks import TOP  # noqa: E402
from vztest import VZ, main  # noqa: E402  pylint: disable=wrong-import-position

MADE = sys.argv[1:]
WRITTEN = sorted(glob.glob(os.path.join(TOP, 'docs', 'man', '*.[1-8]')))


def say(*words):
    return subprocess.run([VZ, *words], capture_output=True, text=True, check=True, timeout=60).stdout


def commands():
    """The names, of one word or two."""
    text = say('--help').split('Commands:\n')[1].split('\n\n')[0]
    return [re.match(r'  ((?:image |usb )?[a-z-]+)', line).group(1) for line in text.splitlines()]


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def page_of(command):
    name = f"vz-{command.replace(' ', '-')}.1"
    return next((path for path in MADE if os.path.basename(path) == name), None)


def each_command_has_a_page():
    assert len(commands()) > 25
    missing = [command for command in commands() if page_of(command) is None]
    assert not missing, f'no page: {missing}'
    without = [command for command in commands() if '.SH EXAMPLES' not in read(page_of(command))]
    assert not without, f'no examples in the row: {without}'
    assert len(MADE) == len(commands()) + 1


def warnings(path):
    result = subprocess.run(['man', '--warnings', '-E', 'UTF-8', '-l', '-Tutf8', path], capture_output=True, text=True,
                            env={**os.environ, 'MANWIDTH': '80', 'LC_ALL': 'C.UTF-8', 'MANROFFSEQ': ''}, timeout=60, check=False)
    return result.stderr.strip() if result.returncode == 0 else f'{result.returncode}: {result.stderr}'


def man_has_no_warning(home):
    wrong = home.join('wrong.1')
    with open(wrong, 'w', encoding='utf-8') as file:
        file.write('.TH X 1\n.SH NAME\nx \\- y\n.if z\n\\f(ZZ\n.no_such_macro\n')
    assert warnings(wrong), 'this man has no warnings to give'
    assert len(WRITTEN) >= 4
    found = [f'{os.path.basename(path)}: {said}' for path in [*MADE, *WRITTEN] if (said := warnings(path))]
    assert not found, '\n'.join(found)


def examples_are_of_their_command():
    """What an example's line is for, and that its options are the command's."""
    count = 0
    for command in commands():
        text = read(page_of(command)).split('.SH EXAMPLES')[1].split('.SH EXIT')[0]
        options = set(re.findall(r'^  --([a-z-]+)', say(*command.split(), '--help'), re.MULTILINE))
        for line in re.findall(r'^\\fB(.+)\\fR$', text, re.MULTILINE):
            line = line.replace('\\-', '-').replace('\\e', '\\')
            count += 1
            assert f'vz {command}' in line, line
            words = shlex.split(line.split(f'vz {command}', 1)[1])
            own = words[:words.index('--')] if '--' in words else words
            unknown = [word for word in own if word.startswith('--') and word[2:] not in options]
            assert not unknown, f'{line}: {unknown}'
    assert count > 40, count


def keys(document, heading=''):
    """The first column of all tables behind a heading whose second column is a type or that list keys and files."""
    text = read(os.path.join(TOP, 'docs', document)).split(heading, 1)[-1]
    return [key.split(' / ')[-1].replace('`', '').replace(' *', '').strip()
            for key in re.findall(r'^\| ([^|]+) \|', text, re.MULTILINE) if not key.startswith(('key', '---', 'file', 'where'))]


def formats_are_complete():
    """Every key that a page of the documents has is in the manual page of that format."""
    for document, heading, page, least in (('restore-images.md', '## BuildManifest.plist', 'vz-restore-image.5', 20),
                                           ('catalogs.md', '## Format', 'vz-catalog.5', 7),
                                           ('systems.md', '## A file of systems', 'vz-systems.5', 15),
                                           ('bundle.md', '# VM bundles', 'vz-bundle.5', 8)):
        found = [key for key in keys(document, heading) if re.fullmatch(r'[A-Za-z0-9.]+', key)]
        text = read(os.path.join(TOP, 'docs', 'man', page))
        missing = [key for key in found if key not in text]
        assert not missing and len(found) >= least, f'{page}: missing {missing} of {found}'


def references_lead_somewhere():
    ours = {os.path.basename(path).rsplit('.', 1)[0] for path in [*MADE, *WRITTEN]}
    others = {'cp', 'unzip', 'zstd', 'plistutil', 'sha256sum', 'sha512sum'}
    for path in [*MADE, *WRITTEN]:
        for name in re.findall(r'^\.BR (\S+) \(\d\)', read(path), re.MULTILINE):
            assert name.replace('\\-', '-') in ours | others, f'{os.path.basename(path)}: {name}'


main([each_command_has_a_page, man_has_no_warning, examples_are_of_their_command, formats_are_complete,
      references_lead_somewhere])

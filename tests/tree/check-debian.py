#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""debian/control names what data/packages names, and debian/*.install all that is installed."""
import fnmatch
import json
import os
import re
import subprocess
import sys

ROOT, BUILD = sys.argv[1:3]
# In every building root of Debian, or of use only with a checkout; the second names are those of debian/control.
BASE = {'gcc', 'libc6-dev', 'git', 'ca-certificates', 'gobject-introspection', 'pkg-config'}
# What shared libraries, gir1.2-* and debian/tests bring by themselves.
BROUGHT = {'python3-gi', 'gir1.2-glib-2.0'}


def read(*place):
    with open(os.path.join(ROOT, *place), encoding='utf-8') as file:
        return file.read()


def listed(name):
    """Each line's alternatives."""
    lines = (line.partition('#')[0].strip() for line in read('data', 'packages', name).splitlines())
    return [set(re.split(r'\s*\|\s*', line)) for line in lines if line]


def named_in_control(*fields):
    """All packages that these fields name, anywhere."""
    text = re.sub(r'\n[ \t]+', ' ', read('debian', 'control'))
    values = re.findall(rf'^(?:{"|".join(fields)}):(.*)$', text, re.M)
    return set(re.findall(r'(?:^|[,|])\s*([a-z0-9][a-z0-9.+-]+)', ','.join(values)))


def missing(lists, named):
    return [' | '.join(sorted(names)) for names in lists if not names & (named | BASE | BROUGHT)]


def installed_files():
    said = subprocess.run(['meson', 'introspect', '--installed', BUILD], check=True, capture_output=True, text=True)
    prefix = json.loads(subprocess.run(['meson', 'introspect', '--buildoptions', BUILD], check=True, capture_output=True,
                                       text=True).stdout)
    prefix = next(option['value'] for option in prefix if option['name'] == 'prefix')
    return [os.path.join('usr', os.path.relpath(path, prefix)) for path in json.loads(said.stdout).values()]


def not_packaged():
    patterns = []
    for name in os.listdir(os.path.join(ROOT, 'debian')):
        if name.endswith('.install'):
            patterns += read('debian', name).split()
    return [path for path in installed_files()
            if not any(fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(path, pattern + '/*') for pattern in patterns)]


def main():
    checks = {
        'what is needed to build': missing(listed('build.txt'), named_in_control('Build-Depends')),
        'what is needed to run': missing(listed('run.txt'), named_in_control('Depends', 'Recommends')),
        'everything is in a package': not_packaged(),
    }
    print(f'1..{len(checks)}')
    for number, (name, wrong) in enumerate(checks.items(), 1):
        print(f'{"not ok" if wrong else "ok"} {number} - {name}')
        for line in wrong:
            print(f'# {line}')
    sys.exit(any(checks.values()))


main()

# SPDX-License-Identifier: LGPL-2.1-or-later
"""Composing with stand-ins for Debian's recipe and archive: runs all of vz's own code, in two seconds."""
import email.utils
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'server'))
from webserver import Server  # noqa: E402  pylint: disable=wrong-import-position

# What a recipe must do, and anything around it that could get into an image: the partition contains all of it.
RECIPE = '''#!/bin/sh -e
echo esp > "$VZ_WORK/esp.img"
{ cat "$VZ_WORK/sources.list" "$VZ_WORK/guest.sources"
  cd "$VZ_WORK"; stat -c '%n %a' sources.list guest.sources; umask
  env | grep -v -e ^VZ_WORK= -e ^VZ_DATA= -e ^TMPDIR= -e PWD= | sort; } > "$VZ_WORK/root.img"
truncate -s 1M "$VZ_WORK/root.img"
'''


class Archive:
    """The three release files that vz requests, served to a client that takes us for a proxy. @age: in seconds."""

    def __init__(self, home, age=3600, recipe=RECIPE):
        self.home, self.age = home, age
        self.use_recipe(recipe)
        served = home.join('archive')
        for archive, suite, codename in (('debian', 'stable', 'trixie'), ('debian', 'trixie-updates', 'trixie-updates'),
                                         ('debian-security', 'trixie-security', 'trixie-security')):
            folder = os.path.join(served, archive, 'dists', suite)
            os.makedirs(folder)
            with open(os.path.join(folder, 'InRelease'), 'w', encoding='ascii') as file:
                file.write(f'Origin: Debian\nCodename: {codename}\nVersion: 13.0\nArchitectures: amd64 arm64\n'
                           f'Date: {email.utils.formatdate(time.time() - age).replace("-0000", "UTC")}\n')
        self.server = Server(served)
        home.environment['http_proxy'] = self.server.base
        home.environment.pop('no_proxy', None)

    def use_recipe(self, text):
        """The data of vz, except for the recipe."""
        data, theirs = self.home.join('standin'), os.environ['VZ_DATADIR']
        if not os.path.isdir(data):
            os.makedirs(os.path.join(data, 'compose'))
            for name in os.listdir(theirs):
                if name != 'compose':
                    os.symlink(os.path.join(theirs, name), os.path.join(data, name))
            self.home.environment['VZ_DATADIR'] = data
        with open(os.path.join(data, 'compose', 'compose'), 'w', encoding='ascii') as file:
            file.write(text)
        os.chmod(file.name, 0o755)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.close()

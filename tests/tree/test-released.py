#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/check-symbols notices what a release would take from programs.

  test-released.py LIBRARY
"""
import os
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(TOP, 'tests', 'e2e'))
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position

LIBRARY = sys.argv[1]


def check(*arguments):
    return subprocess.run([os.path.join(TOP, 'scripts', 'check-symbols'), *arguments, LIBRARY], capture_output=True,
                          text=True, timeout=60, check=False)


def nothing_that_was_released_is_gone():
    result = check()
    assert result.returncode == 0, result.stdout + result.stderr


def what_is_gone_needs_another_soname():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'list.txt')
        assert check('--release', '--list', path).returncode == 0
        assert check('--list', path).stdout == ''
        with open(path, encoding='utf-8') as file:
            lines = file.read().splitlines()
        assert len(lines) > 100 and lines[1].startswith('libvz.so.'), lines[:3]
        for name, code in ((lines[1], 1), ('libvz.so.none', 0)):
            with open(path, 'w', encoding='utf-8') as file:
                file.write('\n'.join([name, *lines[3:], 'vz_no_such_function']) + '\n')
            result = check('--list', path)
            assert result.returncode == code, (name, result)
            assert f'new: {lines[2]}' in result.stdout and 'gone: vz_no_such_function' in result.stdout, result.stdout


def a_missing_library_is_told():
    result = subprocess.run([os.path.join(TOP, 'scripts', 'check-symbols'), '/nowhere/libvz.so'], capture_output=True, text=True,
                            timeout=60, check=False)
    assert result.returncode == 2 and '/nowhere/libvz.so' in result.stderr, result


main([nothing_that_was_released_is_gone, what_is_gone_needs_another_soname, a_missing_library_is_told])

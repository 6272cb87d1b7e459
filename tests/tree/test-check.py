#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What ./check says of itself, and how scripts/lib.sh chooses packages."""
import json
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
sys.path.insert(0, os.path.join(TOP, 'tests', 'e2e'))
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position


def text_of(name):
    with open(os.path.join(TOP, name), encoding='utf-8') as file:
        return file.read()


def bash(script, *arguments, path=None):
    environment = {**os.environ, **({'PATH': f'{path}:{os.environ["PATH"]}'} if path else {})}
    return subprocess.run(['bash', '-c', f'. "{TOP}/scripts/lib.sh"; {script}', 'bash', *arguments], env=environment,
                          capture_output=True, text=True, timeout=60, check=False)


def each_word_is_described():
    refused = subprocess.run([os.path.join(TOP, 'check'), 'unit', 'nonsense'], capture_output=True, text=True, timeout=60,
                             check=False)
    assert refused.returncode == 2, refused
    words = re.search(r"'nonsense' is not one of: (.*)$", refused.stderr, re.MULTILINE).group(1).split(', ')
    assert len(words) > 6 and 'debian13' in words, words
    for name, pattern in (('check', r'^#   \./check (\w+)'), ('HACKING.md', r'^    \./check (\w+) ')):
        described = set(re.findall(pattern, text_of(name), re.MULTILINE))
        assert set(words) <= described, (name, set(words) - described)
    stages = re.findall(r'^        ([a-z0-9 |]+)\) (?:stage |check_|suites\+|host=)', text_of('check'), re.MULTILINE)
    assert {word for stage in stages for word in stage.split(' | ')} == set(words), (stages, words)
    # The words that others say are words of it.
    parts = [part.split() for part in re.findall(r'^part .*/check"?((?: [a-z0-9]+)*)$', text_of('.ci/run'), re.MULTILINE)]
    assert ['guest'] in parts, parts
    assert {word for part in parts for word in part} <= set(words), (parts, words)


def stand_ins(folder, installed, known):
    """A dpkg-query and an apt-cache of a host that has these packages, and whose archive knows those."""
    for name, text in (('dpkg-query', f'case " {" ".join(installed)} " in *" $4 "*) printf "ii ";; *) exit 1;; esac'),
                       ('apt-cache', f'case " {" ".join(known)} " in *" $2 "*) ;; *) exit 100;; esac')):
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
            file.write(f'#!/bin/sh\n{text}\n')
        os.chmod(os.path.join(folder, name), 0o755)


def of_alternatives_the_first_that_there_is():
    rows = (
        ((), ('one', 'two'), 'one'),
        ((), ('two',), 'two'),
        ((), (), 'one'),
        (('two',), (), 'nothing'),
        (('two',), ('two',), 'nothing'),
        (('two',), ('one', 'two'), 'one'),
        (('one',), ('one', 'two'), 'nothing'),
    )
    for installed, known, expected in rows:
        with tempfile.TemporaryDirectory() as folder:
            stand_ins(folder, (*installed, 'plain'), known)
            packages = os.path.join(folder, 'list.txt')
            with open(packages, 'w', encoding='utf-8') as file:
                file.write('plain\none | two\n')
            said = bash('missing_packages "$1"', packages, path=folder)
            assert said.returncode == 0, said
            assert (said.stdout.strip() or 'nothing') == expected, (installed, known, expected, said)


def lists_have_a_name_or_names_a_line():
    folder = os.path.join(TOP, 'data', 'packages')
    for name in os.listdir(folder):
        for line in text_of(os.path.join(folder, name)).splitlines():
            assert re.fullmatch(r'[a-z0-9][a-z0-9.+-]+( \| [a-z0-9][a-z0-9.+-]+)*', line), (name, line)


def a_log(folder, name, *rows):
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.writelines(json.dumps({'name': f'vz:unit / {test}', 'result': result, 'stdout': stdout,
                                    'stderr': ''.join(stderr)}) + '\n'
                        for test, result, stdout, *stderr in rows)
    return path


def what_ran_twice_counts_once():
    count = os.path.join(TOP, 'scripts', 'count-results')
    rows = (
        ('later it passed', [('a', 'OK', 'ok 1 - x\n'), ('b', 'FAIL', 'ok 1 - x\nnot ok 2 - y\n'),
                             ('b', 'OK', 'ok 1 - x\nok 2 - y\n')],
         ['failed beside others, passed alone: vz:unit / b: not ok 2 - y'], '3 passed, 0 failed, 0 skipped', 0, 'b'),
        ('it failed again', [('b', 'TIMEOUT', ''), ('b', 'FAIL', 'not ok 1 - x\n')],
         ['failed: vz:unit / b: not ok 1 - x'], '0 passed, 1 failed, 0 skipped', 1, 'b b'),
        ('it died', [('b', 'ERROR', 'ok 1 - x\n'), ('c', 'SKIP', '')],
         ['failed: vz:unit / b: ERROR', 'skipped: vz:unit / c: skipped as a whole'], '1 passed, 1 failed, 1 skipped', 1, 'b'),
        ('it says why', [('b', 'FAIL', 'not ok 1 - x\nok 2 - y\nnot ok 3 - z\n', 'Traceback\n  f()\nAssertionError: 1\n'
                          'subprocess.TimeoutExpired: 2\n')],
         ['failed: vz:unit / b: not ok 1 - x: AssertionError: 1',
          'failed: vz:unit / b: not ok 3 - z: subprocess.TimeoutExpired: 2'], '1 passed, 2 failed, 0 skipped', 1, 'b'),
        ('whose reason it is cannot be told', [('b', 'FAIL', 'not ok 1 - x\n', 'OSError: 1\nAssertionError: 2\n')],
         ['failed: vz:unit / b: not ok 1 - x'], '0 passed, 1 failed, 0 skipped', 1, 'b'),
        ('nothing ran', [], [], '0 passed, 0 failed, 0 skipped', 1, ''),
    )
    for what, log, lines, last, code, failed in rows:
        with tempfile.TemporaryDirectory() as folder:
            path = a_log(folder, 'results-0.json', *log)
            said = subprocess.run([count, path], capture_output=True, text=True, timeout=60, check=False)
            assert (said.stdout.splitlines(), said.returncode) == ([*lines, last], code), (what, said)
            names = subprocess.run([count, '--failed', path], capture_output=True, text=True, timeout=60, check=True)
            assert names.stdout.split() == failed.split(), (what, names)
            # Another build's or user's run of the same program is a run of its own.
            twice = subprocess.run([count, path, path], capture_output=True, text=True, timeout=60, check=False)
            numbers = [2 * int(number) for number in re.findall(r'\d+', last)]
            assert [int(n) for n in re.findall(r'\d+', twice.stdout.splitlines()[-1])] == numbers, (what, twice)


main([each_word_is_described, of_alternatives_the_first_that_there_is, lists_have_a_name_or_names_a_line,
      what_ran_twice_counts_once])

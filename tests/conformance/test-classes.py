#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which of Apple's classes libvz has: counted in its introspection data, and listed in docs/classes.md.

  test-classes.py GIR...
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'e2e'))
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position

DOCS = os.path.join(HERE, '..', '..', 'docs')


def read(*path):
    with open(os.path.join(*path), encoding='utf-8') as file:
        return file.read()


def apples():
    return [line for line in read(HERE, 'classes.txt').splitlines() if not line.startswith('#')]


def ours():
    """C names of what programs in other languages see."""
    return {name for path in sys.argv[1:]
            for name in re.findall(r'<(?:class|interface|enumeration|bitfield|record)[^>]*? c:type="(Vz\w+)"', read(path))}


def rows():
    """Apple's name to ours, from docs/classes.md."""
    table = {}
    for line in read(DOCS, 'classes.md').splitlines():
        columns = [column.strip() for column in line.split('|')]
        if len(columns) < 4 or 'VZ' not in columns[1]:
            continue
        left, right = re.findall(r'`(VZ[A-Z]\w+)`', columns[1]), re.findall(r'`(Vz\w+)`', columns[2])
        if not right:
            continue
        assert len(left) <= len(right), f'not as many names on the right: {line}'
        table.update(zip(left, right))
    return table


def list_is_the_sdks():
    assert len(set(apples())) == len(apples()) == 110, len(apples())


def rows_name_what_is_there():
    wrong = {apple: name for apple, name in rows().items() if name not in ours()}
    assert not wrong, f'docs/classes.md names what is not there: {wrong}'


def what_is_there_has_a_row():
    known = rows()
    without = [name for name in apples() if 'Vz' + name[2:] in ours() and name not in known]
    assert not without, f'no row in docs/classes.md: {without}'


def what_is_not_there_is_said():
    """docs/framework.md lists it, with the reason, and nothing else."""
    part = read(DOCS, 'framework.md').split('## Not there')[1].split('\n## ')[0]
    said = set(re.findall(r'`(VZ\w+)`', part))
    absent = {name for name in apples() if name not in rows()}
    print(f'# {len(apples()) - len(absent)} of {len(apples())} classes')
    assert absent <= said, f'neither in docs/classes.md nor under "Not there" in docs/framework.md: {sorted(absent - said)}'
    there = said & set(rows())
    assert not there, f'under "Not there" in docs/framework.md, and there: {sorted(there)}'


main([list_is_the_sdks, rows_name_what_is_there, what_is_there_has_a_row, what_is_not_there_is_said])

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every rule of Apple's framework and every one of its error codes: what it is here, and which case of a test shows it.

  test-rules.py BUILD GIR

VZ_RENEW_GOLDEN=1 rewrites docs/rules.md."""
import collections
import functools
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'e2e')]
from introspection import Library, Tests, check_document  # noqa: E402  pylint: disable=wrong-import-position
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position

DOCS = os.path.join(HERE, '..', '..', 'docs')
HOW_FAR = ('same', 'extended', 'refused', 'open')
# The first letter of a row's number, how many there are, and what they are.
GROUPS = (('', 35, 'Rules of validation'), ('S', 13, 'What can be saved and restored'), ('C', 25, 'Codes of errors'))

Row = collections.namedtuple('Row', 'number text how code tests cases note')


def read(*path):
    with open(os.path.join(*path), encoding='utf-8') as file:
        return file.read()


def rows_of_file():
    rows = []
    for line in read(HERE, 'rules.txt').splitlines():
        if not line.startswith('#'):
            columns = [column.strip() for column in line.split('|')]
            assert len(columns) == 7, line
            columns[4:6] = [[] if column == '-' else column.split(', ') for column in columns[4:6]]
            rows.append(Row(*columns))
    return rows


ROWS = rows_of_file()
LIBRARY, TESTS = Library(sys.argv[2:]), Tests(sys.argv[1])


def group(letter):
    return [row for row in ROWS if row.number.rstrip('0123456789') == letter]


def count(rows):
    how = collections.Counter(row.how for row in rows)
    return ', '.join(f'{how[word]} {word}' for word in HOW_FAR if how[word])


def rows_are_complete():
    for letter, number, title in GROUPS:
        rows = group(letter)
        print(f'# {title}: {len(rows)} of {number}: {count(rows)}')
        assert [row.number for row in rows] == [f'{letter}{n}' for n in range(1, number + 1)], title
    for row in ROWS:
        assert row.how in HOW_FAR, row
        assert row.note or row.how == 'same', f'{row.number}: {row.how}, and no word why'
        assert row.cases or row.how in ('refused', 'open'), f'{row.number}: no test'


def codes_are_apples():
    """All 25, by name and number; a rule marked as the same has the validation code."""
    for row in group('C'):
        name = [key for key, value in LIBRARY.values.items() if key.startswith('VZ_ERROR_') and value == row.code]
        assert row.code == '-' or name == ['VZ_ERROR_' + spell(row.text)], f'{row.number}: {row.code} is {name}'
    wrong = [row.number for row in group('') if row.how == 'same' and row.code not in ('2', '-')]
    assert not wrong, f'the same, and another code: {wrong}'


def spell(name):
    """InvalidDiskImage as INVALID_DISK_IMAGE."""
    words = ''
    for i, letter in enumerate(name):
        starts = letter.isupper() and i > 0 and (name[i - 1].islower() or name[i + 1:i + 2].islower())
        words += ('_' if starts else '') + letter.upper()
    return words


@functools.lru_cache(None)
def cases_of(test):
    return set(TESTS.cases(test))


def cases_are_there():
    for row in ROWS:
        missing = [test for test in row.tests if test not in TESTS.commands]
        assert not missing, f'{row.number}: no test {missing}'
        known = {test: cases_of(test) for test in row.tests}
        for case in row.cases:
            assert any(case in cases for cases in known.values()), f'{row.number}: no case {case} in {row.tests}'
        idle = [test for test, cases in known.items() if not cases & set(row.cases)]
        assert not idle, f'{row.number}: no case of {idle}'


def tests_look_at_the_code():
    for row in ROWS:
        names = [key for key, value in LIBRARY.values.items() if key.startswith('VZ_ERROR_') and value == row.code]
        assert row.code == '-' or names and any(names[0] in TESTS.text(test) for test in row.tests), \
            f'{row.number}: no test of {row.tests} looks for {names or row.code}'


def page():
    lines = ['# Every rule and every code of Apple\'s framework', '',
             'Made of `tests/conformance/rules.txt` by the test `conformance-rules`, which compares it with the tests that it names.',
             '"Extended": as Apple\'s, and more or in another way, as the row tells. "Open": Apple leaves it undefined, and nothing is',
             'refused there or here. Code 2 is `VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION`.']
    for letter, number, title in GROUPS:
        what = 'code' if letter == 'C' else 'rule'
        lines += ['', f'## {title}', '', f'{number} of {number}: {count(group(letter))}.', '',
                  f'| | {what} | how far | code | cases of tests |', '|---|---|---|---|---|']
        for row in group(letter):
            how = f'{row.how}: {row.note}' if row.note else row.how
            cases = ', '.join(f'`{case}`' for case in row.cases)
            shown = f'{", ".join(row.tests)}: {cases}' if cases else '—'
            lines.append(f'| {row.number} | {row.text} | {how} | {row.code.replace("-", "—")} | {shown} |')
    return '\n'.join(lines) + '\n'


def document_has_the_same():
    check_document(os.path.join(DOCS, 'rules.md'), page())
    for letter, number, title in GROUPS:
        text = f'{number} of {number}: {count(group(letter))}'
        assert text in read(DOCS, 'framework.md').replace('\n', ' '), f'not in docs/framework.md: {title}: {text}'


main([rows_are_complete, codes_are_apples, cases_are_there, tests_look_at_the_code, document_has_the_same])

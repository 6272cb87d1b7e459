#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every member of Apple's framework: what it is here, and which test shows it.

  test-members.py BUILD GIR...

VZ_RENEW_GOLDEN=1 rewrites docs/members.md."""
import collections
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'e2e')]
from introspection import Library, Tests, check_document  # noqa: E402  pylint: disable=wrong-import-position
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position

DOCS = os.path.join(HERE, '..', '..', 'docs')
N_MEMBERS, N_VALUES = 239, 48
HOW_FAR = ('same', 'extended', 'refused')
KINDS = ('rw', 'ro', 'class', 'init', 'method', 'delegate')

Row = collections.namedtuple('Row', 'apple kind how ours tests note')


def read(*path):
    with open(os.path.join(*path), encoding='utf-8') as file:
        return file.read()


def list_of_members():
    rows, without = [], []
    for line in read(HERE, 'members.txt').splitlines():
        if not line or line.startswith('#'):
            continue
        columns = [column.strip() for column in line.split('|')]
        if len(columns) == 1:
            without.append(line)
            continue
        assert 5 <= len(columns) <= 6, line
        columns += [''] * (6 - len(columns))
        columns[3] = [] if columns[3] == '-' else columns[3].split(', ')
        columns[4] = [] if columns[4] == '-' else columns[4].split()
        rows.append(Row(*columns))
    return rows, without


ROWS, WITHOUT = list_of_members()
LIBRARY, TESTS = Library(sys.argv[2:]), Tests(sys.argv[1])


def is_value(row):
    return row.kind.isdigit()


def count(rows):
    how = collections.Counter(row.how for row in rows)
    return ', '.join(f'{how[word]} {word}' for word in HOW_FAR)


def rows_are_complete():
    names = [row.apple for row in ROWS]
    assert len(set(names)) == len(names), [name for name, n in collections.Counter(names).items() if n > 1]
    members, values = [row for row in ROWS if not is_value(row)], [row for row in ROWS if is_value(row)]
    for row in ROWS:
        assert row.how in HOW_FAR and (row.kind in KINDS or is_value(row)), row
        assert row.note or row.how == 'same', f'{row.apple}: {row.how}, and no word why'
        assert row.ours and row.tests or row.how == 'refused', f'{row.apple}: no name or no test'
    print(f'# {len(members)} of {N_MEMBERS} members: {count(members)}; {len(values)} of {N_VALUES} values: {count(values)}')
    assert (len(members), len(values)) == (N_MEMBERS, N_VALUES), (len(members), len(values))


def each_class_has_its_rows():
    """Protocols and enumerations have rows as well, but are not classes."""
    classes = {line for line in read(HERE, 'classes.txt').splitlines() if not line.startswith('#')}
    with_rows = {row.apple.split('.')[0] for row in ROWS}
    assert classes <= with_rows | set(WITHOUT), f'no row: {sorted(classes - with_rows - set(WITHOUT))}'
    assert not with_rows & set(WITHOUT), f'with and without members: {sorted(with_rows & set(WITHOUT))}'
    assert set(WITHOUT) <= classes, f'not classes: {sorted(set(WITHOUT) - classes)}'


def class_of(row):
    """Our name for Apple's: the same, or from its row in docs/classes.md."""
    apple = re.sub('(Delegate|Observer)$', '', row.apple.split('.')[0])
    found = re.search(rf'^\|[^|]*`{apple}`[^|]*\|[^|]*`(Vz\w+)`', read(DOCS, 'classes.md'), re.M)
    return 'Vz' + apple[2:] if 'Vz' + apple[2:] in LIBRARY.parents else found and found.group(1)


def is_there(name):
    if '::' in name:
        owner, signal = name.split('::')
        return any((kin, signal) in LIBRARY.signals for kin in LIBRARY.family(owner))
    if ':' in name:
        owner, prop = name.split(':')
        return any((kin, prop) in LIBRARY.properties for kin in LIBRARY.family(owner))
    return name in LIBRARY.owners or name in LIBRARY.values


def ours_are_there():
    wrong = [f'{row.apple}: {name}' for row in ROWS for name in row.ours if not is_there(name)]
    assert not wrong, 'not in the library: ' + ', '.join(wrong)


def values_are_apples():
    wrong = [row.apple for row in ROWS if is_value(row) and LIBRARY.values[row.ours[0]] != row.kind]
    assert not wrong, f'another number: {wrong}'


def what_can_be_set_there_can_be_set_here():
    wrong = []
    for row in ROWS:
        for name in row.ours if row.kind == 'rw' else []:
            owner, _, prop = name.partition(':')
            if prop and not prop.startswith(':'):
                if not any(LIBRARY.properties.get((kin, prop)) for kin in LIBRARY.family(owner)):
                    wrong.append(name)
    assert not wrong, f'cannot be written: {wrong}'


def ours_are_of_that_class():
    """Of the class with Apple's name, or of a parent or child."""
    wrong = []
    for row in ROWS:
        mine = class_of(row)
        for name in row.ours:
            owner = name.split(':')[0] if ':' in name else LIBRARY.owners.get(name)
            if owner and mine and owner not in LIBRARY.family(mine) and mine not in LIBRARY.family(owner):
                wrong.append(f'{row.apple}: {name}')
    assert not wrong, f'of another class: {wrong}'


def patterns(name):
    """How a test uses it: a property through its functions, or by name if it has none."""
    if '::' in name:
        return rf'"{name.split("::")[1]}[":]'
    if ':' in name:
        accessors = LIBRARY.accessors(*name.split(':'))
        return rf'\b(?:{"|".join(accessors)})\b' if accessors else rf'"(?:notify::)?{name.split(":")[1]}"'
    return rf'\b{name}(?:_async|_finish)?\b'


def tests_are_there_and_use_it():
    wrong = []
    for row in ROWS:
        for test in row.tests:
            if test not in TESTS.sources:
                wrong.append(f'{row.apple}: no test {test}')
            elif test == 'conformance-members':
                assert is_value(row), f'{row.apple}: this test shows numbers only'
            else:
                wrong += [f'{row.apple}: {test} does not use {name}' for name in row.ours
                          if not re.search(patterns(name), TESTS.text(test))]
    assert not wrong, '\n'.join(wrong)


def what_says_that_it_is_apples_has_a_row():
    named = {name for row in ROWS for name in row.ours}
    named |= {function for row in ROWS for name in row.ours if name.count(':') == 1
              for function in LIBRARY.accessors(*name.split(':'))}
    # NSProgress is not part of this framework.
    missing = {function: apple for function, apple in LIBRARY.named_by_doc.items()
               if function not in named and not apple.startswith('NS')}
    assert not missing, f'the comment names a member of Apple\'s, and no row has it: {missing}'


def page():
    groups = {}
    for row in ROWS:
        groups.setdefault(row.apple.split('.')[0], []).append(row)
    lines = ['# Every member of Apple\'s framework', '',
             'Made of `tests/conformance/members.txt` by the test `conformance-members`, which compares it with the library and',
             'with the tests that it names. [framework.md](framework.md) has the same by groups, and the rules.', '',
             f'- Properties, methods, constructors, delegates: {count([row for row in ROWS if not is_value(row)])}.',
             f'- Values: {count([row for row in ROWS if is_value(row)])}.', '',
             '| Apple | how far | here | test |', '|---|---|---|---|']
    for rows in groups.values():
        for row in rows:
            ours = ', '.join(f'`{name}`' for name in row.ours) or '—'
            number = f' = {row.kind}' if is_value(row) else ''
            how = f'{row.how}: {row.note}' if row.note else row.how
            lines.append(f'| `{row.apple}`{number} | {how} | {ours} | {", ".join(row.tests) or "—"} |')
    return '\n'.join(lines) + '\n'


def document_has_the_same():
    check_document(os.path.join(DOCS, 'members.md'), page())
    for rows in ([row for row in ROWS if not is_value(row)], [row for row in ROWS if is_value(row)]):
        assert count(rows) in read(DOCS, 'framework.md').replace('\n', ' '), f'not in docs/framework.md: {count(rows)}'


main([rows_are_complete, each_class_has_its_rows, ours_are_there, values_are_apples,
      what_can_be_set_there_can_be_set_here, ours_are_of_that_class, tests_are_there_and_use_it,
      what_says_that_it_is_apples_has_a_row, document_has_the_same])

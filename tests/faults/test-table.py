#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""table.txt: each row names a test that is there, and docs/reliability.md prints the table as it is."""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, '..', 'e2e'))
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position

DOCUMENT = os.path.join(TOP, 'docs', 'reliability.md')


def rows():
    with open(os.path.join(HERE, 'table.txt'), encoding='utf-8') as file:
        return [line.rstrip('\n').split(' | ') for line in file if line.strip() and not line.startswith('#')]


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def each_row_has_its_test():
    assert len(rows()) > 20
    for row in rows():
        assert len(row) == 4 and all(row), row
        path, case = row[3].split(': ')
        text = read(os.path.join(TOP, path))
        if path.endswith('.py'):
            name = case.replace(' ', '_')
            # Defined, and in the list of what is run.
            assert f'def {name}(' in text and len(re.findall(rf'\b{name}\b', text)) > 1, row
        else:
            # Whole, or as the macro of its file puts it together.
            prefix, _, last = case.rpartition('/')
            assert f'"{case}"' in text or (f'"{prefix}/" name' in text and f'"{last}"' in text), row


def the_document_prints_it():
    lines = ['| circumstance | command | what happens | test |', '|---|---|---|---|',
             *('| ' + ' | '.join([*row[:3], '`' + row[3].split('/', 1)[1] + '`']) + ' |' for row in rows())]
    table, text = '\n'.join(lines) + '\n', read(DOCUMENT)
    before, _, rest = text.partition('| circumstance ')
    after = rest[rest.index('\n\n') + 1:] if '\n\n' in rest else ''
    if os.environ.get('VZ_RENEW_GOLDEN'):
        with open(DOCUMENT, 'w', encoding='utf-8') as file:
            file.write(before + table + after)
        return
    assert text == before + table + after, 'docs/reliability.md is not tests/faults/table.txt; VZ_RENEW_GOLDEN=1 renews it'


main([each_row_has_its_test, the_document_prints_it])

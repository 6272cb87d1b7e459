#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each line of the documents' code blocks has its row in the table, and each row its line."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from blocks import all_blocks, table  # noqa: E402
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position


def each_line_has_a_row_and_each_row_a_line():
    rows, used, missing = table(), set(), []
    for block in all_blocks():
        if block.kind != 'shell':
            continue
        lines = block.commands()
        if rows.get(lines[0], ('',))[0] == 'text':
            used.add(lines[0])
            continue
        used.update(lines)
        missing += [f'{block.place}: {line}' for line in lines if line not in rows]
    assert not missing, 'not in tests/docs/lines.txt: ' + '\n'.join(missing)
    assert not set(rows) - used, f'in no document: {sorted(set(rows) - used)}'


def what_is_not_run_has_a_reason():
    for line, (where, reason) in table().items():
        assert where in ('here', 'guest', 'text', 'not'), where
        assert reason or where != 'not', line


def there_are_blocks_of_each_kind():
    kinds = [block.kind for block in all_blocks()]
    assert set(kinds) == {'c', 'python', 'json', 'shell'}, set(kinds)
    assert len(kinds) > 25, len(kinds)


main([each_line_has_a_row_and_each_row_a_line, what_is_not_run_has_a_reason, there_are_blocks_of_each_kind])

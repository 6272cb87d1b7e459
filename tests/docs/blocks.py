# SPDX-License-Identifier: LGPL-2.1-or-later
"""The code blocks of README.md and docs/*.md, and the table that says what is done with each."""
import glob
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
DOCUMENTS = [os.path.join(TOP, 'README.md'), *sorted(glob.glob(os.path.join(TOP, 'docs', '*.md')))]


class Block:
    """@kind: "c", "python" and what else stands behind a fence; "json" and "shell" for indented ones."""

    def __init__(self, document, number, kind, lines):
        self.place = f'{os.path.relpath(document, TOP)}:{number}'
        self.kind, self.lines = kind, lines

    def commands(self):
        """The lines without their comments."""
        return [re.sub(r'\s+# .*$', '', line).rstrip() for line in self.lines if line.strip()]


def blocks_of(document):
    with open(document, encoding='utf-8') as file:
        lines = file.read().splitlines()
    found, kind, start = [], None, 0
    for number, line in enumerate([*lines, 'end'], 1):
        if kind is None and line.startswith('```'):
            kind, start = line[3:].strip() or 'shell', number
        elif kind == 'indented' and line.strip() and not line.startswith('    '):
            inside = [one[4:] for one in lines[start - 1:number - 1]]
            found.append(Block(document, start, 'json' if inside[0].startswith('"') else 'shell', inside))
            kind = None
        elif kind not in (None, 'indented') and line.startswith('```'):
            found.append(Block(document, start, kind, lines[start:number - 1]))
            kind = None
        elif kind is None and line.startswith('    ') and not lines[number - 2].strip():
            kind, start = 'indented', number
    return found


def all_blocks():
    return [block for document in DOCUMENTS for block in blocks_of(document)]


def table():
    """LINE -> (WHERE, REASON)."""
    rows = {}
    with open(os.path.join(HERE, 'lines.txt'), encoding='utf-8') as file:
        for line in file:
            if line.strip() and not line.startswith('#'):
                where, _, rest = line.rstrip('\n').partition(' | ')
                # A command may have a pipe in it; only what is not run has a reason.
                command, _, reason = rest.rpartition(' | ') if where == 'not' else (rest, '', '')
                assert command not in rows, f'{command}: twice in the table'
                rows[command] = (where, reason)
    return rows

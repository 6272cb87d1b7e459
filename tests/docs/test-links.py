#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the documents point to exists: links, pictures, headings, paths of the tree, functions."""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from blocks import TOP  # noqa: E402
from vztest import main  # noqa: E402  pylint: disable=wrong-import-position

DOCUMENTS = sorted(glob.glob(os.path.join(TOP, '*.md')) + glob.glob(os.path.join(TOP, '*', '*.md')))
DOCUMENTS = [path for path in DOCUMENTS if not os.path.relpath(path, TOP).startswith('build')]
# Folders of the tree that a path in code type may begin with.
FOLDERS = ('src', 'tests', 'docs', 'data', 'examples', 'apple', 'benchmarks', 'scripts')


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def place(document):
    return os.path.relpath(document, TOP)


def headings(document):
    """The anchors that a Markdown viewer makes of them."""
    lines = re.findall(r'^#+ (.+)$', re.sub(r'```.*?```', '', read(document), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r'[^\w\- ]', '', line.lower()).replace(' ', '-') for line in lines}


def links_lead_somewhere():
    wrong, count = [], 0
    for document in DOCUMENTS:
        for target in re.findall(r'\]\(([^)\s]+)\)', read(document)):
            if re.match(r'[a-z]+:', target):
                continue
            count += 1
            path, _, anchor = target.partition('#')
            file = os.path.normpath(os.path.join(os.path.dirname(document), path)) if path else document
            if not os.path.exists(file):
                wrong.append(f'{place(document)}: {target}: no such file')
            elif anchor and anchor not in headings(file):
                wrong.append(f'{place(document)}: {target}: no such heading')
    assert not wrong, '\n'.join(wrong)
    assert count > 40, count


def paths_are_of_this_tree():
    """Words in capitals stand for names of the reader's own."""
    wrong, count = [], 0
    for document in DOCUMENTS:
        for path in re.findall(r'`([\w./*<>-]+)`', read(document)):
            if path.split('/')[0] not in FOLDERS or '/' not in path or re.search(r'[A-Z]{4}|<|/NAME', path):
                continue
            count += 1
            if not glob.glob(os.path.join(TOP, path)) + glob.glob(os.path.join(TOP, path + '.*')):  # or what is built of it
                wrong.append(f'{place(document)}: {path}: no such file')
    assert not wrong, '\n'.join(wrong)
    assert count > 60, count


def each_answer_is_where_it_says():
    """The table 'where is' of architecture.md: what | file | function."""
    rows = re.findall(r'^\| [^|]+ \| `(src/[^`]+)` \| `(\w+)` \|$', read(os.path.join(TOP, 'docs', 'architecture.md')),
                      re.MULTILINE)
    assert len(rows) > 15, rows
    for path, name in rows:
        assert re.search(rf'\b{name}\b', read(os.path.join(TOP, path))), f'{path}: {name}'


def functions_exist():
    known = '\n'.join(read(path) for path in glob.glob(os.path.join(TOP, 'src', '**', '*.h'), recursive=True))
    for name in ('architecture.md', 'style.md'):
        functions = re.findall(r'`(vz_\w+) ?\(\)`', read(os.path.join(TOP, 'docs', name)))
        assert functions, name
        for function in functions:
            assert re.search(rf'\b{function}\b', known), f'{name}: {function}'


def each_class_of_apple_has_its_row():
    """The documentation of a class names Apple's: 'Apple: `VZName`.'"""
    page = read(os.path.join(TOP, 'docs', 'classes.md'))
    sources = [read(path) for kind in 'ch' for path in glob.glob(os.path.join(TOP, 'src', '**', f'*.{kind}'), recursive=True)]
    said = {name for text in sources for name in re.findall(r"Apple(?::|'s)[\s*]+`(VZ[A-Za-z0-9]+)`", text)}
    assert len(said) > 40, said
    missing = sorted(name for name in said if f'`{name}`' not in page)
    assert not missing, f'not in docs/classes.md: {missing}'
    ours = set(re.findall(r'\b(Vz[A-Za-z0-9]+)\b', '\n'.join(sources)))
    unknown = sorted(name for name in re.findall(r'`(Vz[A-Za-z0-9]+)`', page) if name not in ours)
    assert not unknown, f'in docs/classes.md only: {unknown}'


def each_page_is_in_the_index():
    index = read(os.path.join(TOP, 'docs', 'README.md'))
    missing = [name for name in sorted(os.listdir(os.path.join(TOP, 'docs')))
               if name.endswith('.md') and name != 'README.md' and f']({name})' not in index]
    assert not missing, missing


def pictures_are_shown():
    said = '\n'.join(read(document) for document in DOCUMENTS)
    pictures = glob.glob(os.path.join(TOP, 'docs', '**', '*.png'), recursive=True)
    assert pictures
    unused = [name for name in map(os.path.basename, pictures) if name not in said]
    assert not unused, f'in no document: {unused}'


main([links_lead_somewhere, paths_are_of_this_tree, each_answer_is_where_it_says, functions_exist,
      each_class_of_apple_has_its_row, each_page_is_in_the_index, pictures_are_shown])

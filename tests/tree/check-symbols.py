#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the library exports is what its headers declare, and all of it is documented.

  check-symbols.py LIBRARY GIR LEAST HEADER...

LEAST: so many functions the headers declare, or more."""
import re
import subprocess
import sys
import xml.etree.ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
FUNCTIONS = ('function', 'method', 'constructor')


def exported(library):
    listing = subprocess.run(['nm', '-D', '--defined-only', library], check=True, capture_output=True, text=True)
    return {line.split()[-1].split('@')[0] for line in listing.stdout.splitlines()}


def declared(headers):
    """Names after VZ_PUBLIC: the first one before a bracket, and the get_type function of a
    G_DECLARE macro, which has no semicolon, so that a declaration may follow it."""
    names = set()
    for path in headers:
        with open(path, encoding='utf-8') as file:
            text = re.sub(r'/\*.*?\*/', ' ', file.read(), flags=re.DOTALL)
        text = re.sub(r'^#.*$', '', text, flags=re.MULTILINE)
        for statement in re.findall(r'VZ_PUBLIC\s+([^;{]*)', text):
            macro = re.match(r'G_DECLARE_\w+\s*\(\s*\w+,\s*(\w+),', statement)
            if macro:
                names.add(macro.group(1) + '_get_type')
                statement = statement[statement.index(')') + 1:]
            function = re.search(r'(\w+)\s*\(', statement)
            if function:
                names.add(function.group(1))
    return names


def undocumented(gir):
    """Functions, parameters and return values without a word on them. Of a plain getter, what is said
    of its return value is enough."""
    for node in xml.etree.ElementTree.parse(gir).iter():
        tag = node.tag.removeprefix(CORE)
        name = node.get(C + 'identifier') or node.get(C + 'type') or node.get('name')
        if tag in FUNCTIONS and node.get('moved-to') is None:
            result = node.find(CORE + 'return-value')
            returned = result is not None and result.find(CORE + 'doc') is not None
            if node.find(CORE + 'doc') is None and not returned:
                yield f'{name}: no description'
            for parameter in node.findall(f'{CORE}parameters/{CORE}parameter'):
                if parameter.find(CORE + 'doc') is None:
                    yield f"{name}: parameter {parameter.get('name')} is not described"
            void = result is None or result.find(f"{CORE}type[@name='none']") is not None
            if not void and not returned:
                yield f'{name}: return value is not described'
        elif tag in ('class', 'enumeration', 'bitfield', 'interface') and node.find(CORE + 'doc') is None:
            yield f'{name}: no description'


def without_origin(gir):
    """Each class says what it is for Apple, since when it is there, and what QEMU does with it."""
    apple = re.compile(r"Apple:\s+`|Apple's\s+`VZ|Not\s+in\s+Apple's\s+(public\s+)?framework")
    for node in xml.etree.ElementTree.parse(gir).iter(CORE + 'class'):
        name = node.get(C + 'type')
        text = node.findtext(CORE + 'doc') or ''
        if not apple.search(text):
            yield f'{name}: neither "Apple: `name`" nor "Not in Apple\'s framework"'
        if not re.fullmatch(r'\d+\.\d+', node.get('version') or ''):
            yield f'{name}: no "Since: VERSION"'
        if not re.search(r'^QEMU: ', text, flags=re.MULTILINE):
            yield f'{name}: no paragraph "QEMU: ..."'


def main():
    library, gir, least, headers = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    symbols, names = exported(library), declared(headers)
    rows = [
        ('the headers declare something', [] if len(names) >= least else [f'only {len(names)} functions']),
        ('exported and declared', sorted(symbols - names)),
        ('declared and exported', sorted(names - symbols)),
        ('only names of vz', sorted(s for s in symbols if not s.startswith('vz_'))),
        ('documented', sorted(undocumented(gir))),
        ('classes say where they come from', sorted(without_origin(gir))),
    ]
    print(f'1..{len(rows)}')
    for number, (name, found) in enumerate(rows, 1):
        print(f"{'not ok' if found else 'ok'} {number} {name}")
        for text in found:
            print(f'# {text}')
    sys.exit(1 if any(found for _, found in rows) else 0)


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the library has, from its introspection data, and what this build's tests consist of."""
import json
import os
import re
import subprocess
import xml.etree.ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'


def check_document(path, text):
    """Checks that a document matches the text generated for it; VZ_RENEW_GOLDEN=1 rewrites it."""
    if os.environ.get('VZ_RENEW_GOLDEN'):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    with open(path, encoding='utf-8') as file:
        assert file.read() == text, f'{os.path.basename(path)} is not what VZ_RENEW_GOLDEN=1 writes'


class Library:
    """Names are the C ones."""

    def __init__(self, girs):
        self.parents, self.functions, self.properties, self.signals = {}, {}, {}, {}
        self.values, self.owners, self.named_by_doc = {}, {}, {}
        for gir in girs:
            for node in xml.etree.ElementTree.parse(gir).getroot().find(CORE + 'namespace'):
                self._read(node)

    def _read(self, node):
        name = node.get(C + 'type') or ''
        if node.tag == CORE + 'constant':
            self.values[name] = node.get('value')
        if node.tag == CORE + 'function':
            self.owners[node.get(C + 'identifier')] = None
            self._read_doc(node)
        for member in node.findall(CORE + 'member'):
            self.values[member.get(C + 'identifier')] = member.get('value')
        if node.tag not in (CORE + 'class', CORE + 'interface'):
            return
        self.parents[name] = 'Vz' + (node.get('parent') or '').split('.')[-1]
        self.functions[name] = []
        for child in node:
            if child.tag in (CORE + 'method', CORE + 'function', CORE + 'constructor'):
                self.functions[name].append(child.get(C + 'identifier'))
                self.owners[child.get(C + 'identifier')] = name
                self._read_doc(child)
            elif child.tag == CORE + 'property':
                is_writable = child.get('writable') == '1' and child.get('construct-only') != '1'
                self.properties[name, child.get('name')] = is_writable
            elif child.tag == GLIB + 'signal':
                self.signals[name, child.get('name')] = True

    def _read_doc(self, node):
        """Functions whose comment names an Apple member."""
        doc = node.find(CORE + 'doc')
        found = re.search(r'Apple:\s+`([\w.:()]+)`', doc.text if doc is not None else '')
        if found:
            self.named_by_doc[node.get(C + 'identifier')] = found.group(1)

    def family(self, name):
        """The class and its ancestors."""
        while name in self.parents:
            yield name
            name = self.parents[name]

    def accessors(self, name, prop):
        end = prop.replace('-', '_')
        return [function for kin in self.family(name) for function in self.functions[kin]
                if re.search(rf'_(get|set|dup|is|list)_{end}$', function) or (end.startswith('is_') and function.endswith('_' + end))]


class Tests:
    def __init__(self, build):
        with open(os.path.join(build, 'meson-info', 'intro-targets.json'), encoding='utf-8') as file:
            targets = {name: [source for group in target['target_sources'] for source in group.get('sources', [])]
                       for target in json.load(file) for name in target['filename']}
        with open(os.path.join(build, 'meson-info', 'intro-tests.json'), encoding='utf-8') as file:
            tests = json.load(file)
        self.commands = {test['name']: test['cmd'] for test in tests}
        self.sources = {test['name']: [source for word in test['cmd']
                                       for source in targets.get(os.path.normpath(word), [os.path.normpath(word)])
                                       if f'{os.sep}tests{os.sep}' in source and os.path.isfile(source)
                                       and source.endswith(('.c', '.py'))] for test in tests}

    def text(self, name):
        texts = []
        for source in self.sources[name]:
            with open(source, encoding='utf-8') as file:
                texts.append(file.read())
        return '\n'.join(texts)

    def cases(self, name):
        """Of a program of GLib test functions. Newer ones print the list as TAP comments."""
        output = subprocess.run([*self.commands[name], '-l'], check=True, capture_output=True, text=True).stdout
        return [line for line in (line.removeprefix('# ') for line in output.splitlines()) if line.startswith('/')]

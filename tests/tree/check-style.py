#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rules of the house that a compiler does not check, one TAP line each.

Comments and strings are blanked before the code is searched, so that a rule may be written about.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import messages  # noqa: E402

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
MAX_FOLDER_FILES = 40
FOLDERS = ['src', 'apple', 'tests', 'examples', 'benchmarks', 'data', 'scripts', 'docs']
TEXT = ('.c', '.h', '.py', '.sh', '.build', '.in', '.md', '.txt', '.xml', '.json')
SPDX = ('.c', '.h', '.py', '.build')
# The table of the parts, bottom up: a folder includes its own headers and those of folders before it.
ARCHITECTURE = 'docs/architecture.md'
PARTS = []
# The command stands on all of them; its own folders have no order.
TOOL = 'tool'
FORBIDDEN = ('strcpy strcat sprintf vsprintf gets strtok strtok_r system popen atoi atol atoll atof '
             'scanf alloca g_alloca mktemp tempnam tmpnam rand random srand').split()
# Not every file system has them; this file has what does instead.
FILE_SYSTEM = 'src/foundation/file/vz-file-system.c'
FILE_SYSTEM_CALLS = 'renameat2 linkat link symlink symlinkat fallocate posix_fallocate copy_file_range fchmod'.split()
FILE_SYSTEM_WORDS = 'O_TMPFILE SEEK_DATA SEEK_HOLE FICLONE RENAME_NOREPLACE FALLOC_FL_PUNCH_HOLE'.split()
# The library tells its caller by GError and never prints; g_error () is an assertion with a text.
PRINTING = ('printf puts putchar perror g_print g_printerr g_message g_warning '
            'g_critical g_info syslog').split()


# How the documentation of a parameter begins, by docs/style.md.
IDIOMS = {
    'error': r'return location for an error(, or %NULL$| with .*, or %NULL$)',
    'cancellable': r'\(nullable\): (cancels|stops)\b',
    'callback': r'\(scope async\): called when ',
    'user_data': r'(for @|what )',
    'result': r'what the callback was given$',
}
# What changes is waited for: by a condition, a descriptor, a state. This file has what cannot be.
PAUSE = 'src/foundation/vz-deadline.c'
SLEEPING = 'sleep usleep nanosleep clock_nanosleep g_usleep'.split()


def read_parts(top):
    with open(os.path.join(top, ARCHITECTURE), encoding='utf-8') as file:
        return re.findall(r'^\| `src/([\w/-]+)` \|', file.read(), re.MULTILINE)


def find_files(top):
    for folder in FOLDERS:
        for here, dirs, names in os.walk(os.path.join(top, folder)):
            dirs[:] = [d for d in dirs if d not in ('seeds', 'golden', '__pycache__')]
            for name in sorted(names):
                yield os.path.relpath(os.path.join(here, name), top)
    for name in sorted(os.listdir(top)):
        if os.path.isfile(os.path.join(top, name)):
            yield name


def blank(match):
    return re.sub(r'[^\n]', ' ', match.group(0))


def code_only(text):
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, blank, text, flags=re.DOTALL)


def functions(code):
    """Yields (first line, length) of each function: its braces stand alone at the line's start."""
    start, before = None, ''
    for number, line in enumerate(code.splitlines(), 1):
        if line == '{' and before.endswith(')'):
            start = number
        elif line.startswith('}') and start:
            yield start, number - start + 1
            start = None
        if line.strip():
            before = line.rstrip()


def calls(path, code, names):
    for match in re.finditer(r'(?<![\w.>])(' + '|'.join(names) + r')\s*\(', code):
        line = code.count('\n', 0, match.start()) + 1
        yield f'{path}:{line}: {match.group(1)} ()'


def file_system_calls(path, code):
    if path == FILE_SYSTEM or part_of(path) not in PARTS:
        return
    yield from calls(path, code, FILE_SYSTEM_CALLS)
    for match in re.finditer(r'\b(' + '|'.join(FILE_SYSTEM_WORDS) + r')\b', code):
        line = code.count('\n', 0, match.start()) + 1
        yield f'{path}:{line}: {match.group(1)}'


def part_of(path):
    """The folder below src that a source lies in."""
    match = re.match(r'src/(.+)/[^/]+$', path)
    return match.group(1) if match else None


def check_arrows(path, text):
    part = part_of(path)
    if part not in PARTS:
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*"(?:src/)?([\w/-]+)/[\w-]+\.h"', line)
        if not match or match.group(1) == part:
            continue
        other = match.group(1)
        if other.split('/')[0] == TOOL or (other in PARTS and PARTS.index(other) > PARTS.index(part)):
            yield f'{path}:{number}: {part} must not know {other}'


def check_folders(top):
    """Every folder of sources has its place among the parts, and is small enough to be read as a list."""
    for here, _, names in os.walk(os.path.join(top, 'src')):
        folder = os.path.relpath(here, os.path.join(top, 'src'))
        if len(names) > MAX_FOLDER_FILES:
            yield f'src/{folder}: {len(names)} files, at most {MAX_FOLDER_FILES}'
        sources = any(name.endswith(('.c', '.h')) for name in names)
        if sources and folder != '.' and folder not in PARTS + ['guard'] and folder.split('/')[0] != TOOL:
            yield f'src/{folder}: no place among the parts in {ARCHITECTURE}'


def check_seeds(top):
    """A fuzzer names what it writes by its digest; a seed is named by what it is."""
    for here, _, names in os.walk(os.path.join(top, 'tests', 'fuzz', 'seeds')):
        for name in names:
            if re.fullmatch(r'(crash-|leak-|oom-|timeout-)?[0-9a-f]{40}', name):
                yield os.path.relpath(os.path.join(here, name), top)


def check_file(path, text, problems):
    lines = text.splitlines()
    is_c = path.endswith(('.c', '.h'))
    script = text.startswith('#!')
    if path.endswith(SPDX) or script:
        if not any('SPDX-License-Identifier: LGPL-2.1-or-later' in line for line in lines[:3]):
            problems['licence line'].append(path)
    if text and not text.endswith('\n'):
        problems['white space'].append(f'{path}: no newline at its end')
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            problems['white space'].append(f'{path}:{number}: space at the end of the line')
        if is_c and '\t' in line:
            problems['white space'].append(f'{path}:{number}: tab')
    if len(lines) > MAX_FILE_LINES and (is_c or path.endswith('.py') or script):
        problems['file length'].append(f'{path}: {len(lines)} lines, at most {MAX_FILE_LINES}')
    if not is_c:
        return
    code = code_only(text)
    for start, length in functions(code):
        if length > MAX_FUNCTION_LINES:
            problems['function length'].append(f'{path}:{start}: {length} lines, at most {MAX_FUNCTION_LINES}')
    problems['forbidden functions'].extend(calls(path, code, FORBIDDEN))
    if part_of(path) in PARTS:
        problems['library does not print'].extend(calls(path, code, PRINTING))
    problems['calls that a file system may lack have one place'].extend(file_system_calls(path, code))
    if path.startswith('src/') and path != PAUSE:
        problems['nothing sleeps but in one place'].extend(calls(path, code, SLEEPING))
    if path.startswith('src/tool/'):
        problems['what is printed passes through one place'].extend(calls(path, code, ['printf', 'puts', 'vprintf', 'g_print']))
    problems['includes point downward'].extend(check_arrows(path, text))
    problems['parameters are described alike'].extend(idioms(path, text))
    if path.startswith(('src/', 'examples/')):
        problems[MESSAGES].extend(messages.check(path, text))
    for number, line in enumerate(lines, 1):
        if re.search(r'\b(TO' r'DO|FIX' r'ME|XX' r'X)\b', line):
            problems['nothing left for later'].append(f'{path}:{number}: {line.strip()}')


def idioms(path, text):
    """Parameters that mean the same everywhere are described in the same words."""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r' \* @(\w+): (.*)', line)
        if match and match.group(1) in IDIOMS and not re.match(IDIOMS[match.group(1)], match.group(2)):
            yield f'{path}:{number}: @{match.group(1)}: {match.group(2)}'


def self_test():
    """A rule that finds nothing in code that breaks it is no rule."""
    bad = ('int\nf (void)\n{\n' + '  x ();\n' * 90 + '}\n'
           'void g (void) { strcpy (a, b); printf ("x"); } \n#include "machine/vz-virtual-machine.h"\n')
    found = {name: [] for name in RULES}
    check_file('src/foundation/bad.c', bad, found)
    check_file('src/foundation/long.c', '/* SPDX-License-Identifier: LGPL-2.1-or-later */\n' * 900, found)
    check_file('src/tool/bad.c', 'void f (void) { printf ("x"); }\n', found)
    check_file('src/bundle/bad.c', 'void f (void) { if (renameat2 (1, a, 2, b, RENAME_NOREPLACE)) ; }\n', found)
    for number, message in enumerate(BAD_MESSAGES):
        before = len(found[MESSAGES])
        check_file(f'src/bundle/bad-{number}.c', f'void f (void) {{ vz_fail (error, 1, {message}); }}\n', found)
        if len(found[MESSAGES]) == before:
            return [f'{MESSAGES}: {message}']
    check_file('src/foundation/idiom.c', '/**\n * @error: return location\n */\n', found)
    check_file('src/qemu/bad.c', 'void f (void) { while (!done) g_usleep (100); }\n', found)
    check_file('src/foundation/later.c', '/* TO' 'DO */\n', found)
    return [name for name in RULES if not found[name]]


MESSAGES = 'messages are noun: cause, in plain English'
BAD_MESSAGES = ['"Cannot open it"', '"it is broken."', '"\'%s\' is "\n "no VM bundle"', '"%s exists already"', '"A file"']
RULES = [MESSAGES, 'parameters are described alike', 'licence line', 'white space', 'file length', 'function length', 'forbidden functions',
         'library does not print', 'calls that a file system may lack have one place',
         'nothing sleeps but in one place', 'what is printed passes through one place', 'includes point downward', 'nothing left for later']


def main():
    top = sys.argv[1]
    PARTS.extend(read_parts(top))
    problems = {name: [] for name in RULES}
    count = 0
    for path in find_files(top):
        with open(os.path.join(top, path), 'rb') as file:
            data = file.read()
        if not path.endswith(TEXT) and not data.startswith(b'#!'):
            continue
        count += 1
        check_file(path, data.decode(), problems)
    problems['folders have their place'] = list(check_folders(top))
    problems['seeds have names'] = list(check_seeds(top))
    problems['each rule finds what breaks it'] = self_test()
    problems['files were found'] = [] if count > 50 else [f'only {count} files']
    print(f'1..{len(problems)}')
    for number, (name, found) in enumerate(problems.items(), 1):
        print(f"{'not ok' if found else 'ok'} {number} {name}")
        for text in found:
            print(f'# {text}')
    sys.exit(1 if any(problems.values()) else 0)


if __name__ == '__main__':
    main()

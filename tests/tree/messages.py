# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rules of docs/style.md for messages: `noun: cause`, lower case, no full stop, plain English."""
import re

# What sets or prefixes an error, by the function's name; static helpers are called after what they do.
CALLS = re.compile(r'\b(vz_\w*fail\w*|fail\w*|refuse\w*|vz_problems_add\w*|g_set_error\w*|g_prefix_error\w*|'
                   r'g_error_new\w*|VZ_ERROR_PREFIX)\s*\(')
STRING = r'"(?:\\.|[^"\\\n])*"'
# A text may be cut into several strings, with the macros of formats between them.
TEXT = re.compile(STRING + r'(?:\s*(?:' + STRING + r'|G_\w+_FORMAT))*')
# Names of things that are written so. A word with a second capital letter or a digit is a name anyhow.
NAMES = {'Apple', 'Architecture', 'Ctrl', 'Debian', 'Enabled', 'Linux', 'Mac', 'Path', 'Spice'}
PHRASES = {
    r'(?<!there )\b(?:is|are|was|were) no (?!longer\b|more than\b)': '"is not a ...", not "is no ..."',
    r'\bcan not\b': '"cannot", not "can not"',
    r'\b(?:exists?|is there|are there) already\b': '"already exists", not "exists already"',
    r'\b[Ss]omebody\b': 'the process or the program, not "somebody"',
    r'\bbe had\b': '"available", not "can be had"',
    r'\bstands? still\b': '"is paused", not "stands still"',
}


def without_comments(text):
    """@text with its comments blanked, so that lines keep their numbers and strings stay."""
    pattern = r'/\*.*?\*/|//[^\n]*|' + STRING + r"|'(?:\\.|[^'\\\n])*'"
    return re.sub(pattern, lambda m: m.group(0) if m.group(0)[0] in '"\'' else re.sub(r'[^\n]', ' ', m.group(0)),
                  text, flags=re.DOTALL)


def arguments(code, start):
    """What stands between the parenthesis before @start and the one that closes it."""
    depth = 1
    for match in re.compile(STRING + r"|'(?:\\.|[^'\\\n])*'|[()]").finditer(code, start):
        depth += {'(': 1, ')': -1}.get(match.group(0), 0)
        if depth == 0:
            return code[start:match.start()]
    return code[start:]


def joined(text):
    return ''.join(string[1:-1] for string in re.findall(STRING, text))


def judge(text):
    """What is wrong with a message, or None."""
    word = re.match(r"[A-Za-z_'-]*", text).group(0)
    if word[:1].isupper() and word[1:].islower() and re.split("['-]", word)[0] not in NAMES:
        return 'begins with a capital letter'
    if word == 'A' or word == 'I':
        return 'begins with a capital letter'
    if re.search(r'(?<!\.)\.$', text):
        return 'ends in a full stop'
    return None


def check(path, text):
    """Yields what is wrong with the messages of a C file."""
    code = without_comments(text)
    for call in CALLS.finditer(code):
        inside = arguments(code, call.end())
        for message in TEXT.finditer(inside):
            problem = judge(joined(message.group(0)))
            if problem:
                line = code.count('\n', 0, call.end() + message.start()) + 1
                yield f'{path}:{line}: {message.group(0)} {problem}'
    for message in TEXT.finditer(code):
        for phrase, better in PHRASES.items():
            if re.search(phrase, joined(message.group(0))):
                yield f'{path}:{code.count(chr(10), 0, message.start()) + 1}: {better}'

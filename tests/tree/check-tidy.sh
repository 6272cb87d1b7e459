#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# clang-tidy over the library and the command, with the checks of .clang-tidy: check-tidy.sh TOP BUILD
# In a build by clang, whose options it takes from there.
set -uo pipefail
top=$1 build=$2
cd "$top" || exit 1

# What that build compiles: without GTK there is nothing of src/gtk.
sources() {
    sed -nE 's#^ *"file": "(\.\./|'"$top"'/)(src/.*\.c)".*#\2#p' "$build/compile_commands.json" | sort -u
}

tidy() {
    sources | tr '\n' '\0' |
        xargs -0 -P "$(nproc)" -n 8 clang-tidy -p "$build" --quiet --extra-arg=-Wno-format-nonliteral 2>/dev/null
}

# Its exit code is 1 also for what it has found in none of these files.
echo 1..1
clang-tidy --version >/dev/null || { echo 'not ok 1 - clang-tidy'; exit 1; }
[ "$(sources | wc -l)" -gt 100 ] || { echo 'not ok 1 - clang-tidy # nothing to look at'; exit 1; }
found=$(tidy | grep -E '^[^ ].*: (warning|error): ')
if [ -z "$found" ]; then
    echo 'ok 1 - clang-tidy'
else
    echo 'not ok 1 - clang-tidy'
    printf '%s\n' "$found" | sed 's/^/# /'
    exit 1
fi

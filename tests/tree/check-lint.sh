#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The linters, one TAP line each: check-lint.sh TOP BUILD
set -uo pipefail
top=$1 build=$2
cd "$top" || exit 1
number=0
failed=0

# Those of the repository that are made by hand.
files() {
    find src apple tests examples benchmarks data scripts .ci check quickstart -type f \
        -not -path '*/seeds/*' -not -path '*/__pycache__/*' | sort
}

# with_interpreter WORD SUFFIX: files that begin with "#!...WORD", or end so.
with_interpreter() {
    local file line
    while read -r file; do
        line=
        IFS= read -r line 2>/dev/null <"$file" || true
        case $line in '#!'*"$1"*) echo "$file"; continue ;; esac
        case $file in *"$2") echo "$file" ;; esac
    done < <(files) 2>/dev/null
}

report() {
    local name=$1 output
    shift
    number=$((number + 1))
    if output=$("$@" 2>&1); then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' <<<"$output"
        failed=1
    fi
}

skip() {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

# Other versions of it format differently.
format() {
    local -a sources
    mapfile -t sources < <(files | grep -E '\.[ch]$')
    clang-format --dry-run -Werror "${sources[@]}"
}

shell() {
    local -a scripts
    mapfile -t scripts < <(with_interpreter sh .sh)
    shellcheck --external-sources --source-path SCRIPTDIR --severity warning "${scripts[@]}"
}

python() {
    local -a programs
    mapfile -t programs < <(with_interpreter python .py)
    /usr/bin/pyflakes3 "${programs[@]}"
}

c_code() {
    cppcheck --enable=warning,performance,portability --library=gtk --library=tests/tree/cppcheck.cfg --std=c11 \
        --inline-suppr --quiet --error-exitcode=1 --suppress=missingInclude --suppressions-list=tests/tree/cppcheck.txt \
        -I src -I . -I "$build/src" -I "$build" src examples benchmarks
}

echo 1..4
case $(clang-format --version) in
    *'version 14.'*) report 'clang-format' format ;;
    *) skip 'clang-format' 'not version 14, and others format differently' ;;
esac
report 'shellcheck' shell
report 'pyflakes' python
# Its suppressions and its knowledge of GLib are those of one version, too.
case $(cppcheck --version) in
    *' 2.10'*) report 'cppcheck' c_code ;;
    *) skip 'cppcheck' 'not version 2.10, and others find other things' ;;
esac
exit $failed

# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Debian's packages without root, whatever the host's lists say: read by the programs beside this file.
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/archive.sh"

# open_archive FOLDER ARCHITECTURE [SUITE]: an apt state of its own in FOLDER/apt, whose options are then in the
# array 'options'. Without SUITE, which comes from the mirror that the host uses, the host's own sources are meant.
open_archive() {
    local apt="$1/apt"
    mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    options=(-qq -o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache"
        -o "APT::Architecture=$2" -o "APT::Architectures::=$2" -o 'Acquire::Languages=none'
        -o 'Dir::Etc::SourceParts=sources.list.d' -o 'APT::Sandbox::User=')
    if [ -n "${3-}" ]; then
        debian_source "$3" >"$apt/sources"
        options+=(-o "Dir::Etc::SourceList=$apt/sources" -o 'Dir::Etc::SourceParts=/dev/null')
    fi
    # Sources that have nothing to do with Debian may be out of reach; what counts are the packages.
    apt-get "${options[@]}" update || true
}

# unpack_packages FOLDER TREE PACKAGE...: what they hold into TREE; ends the archive.
unpack_packages() {
    local apt="$1/apt" tree=$2 file
    shift 2
    (cd "$apt" && apt-get "${options[@]}" download "$@")
    for file in "$apt"/*.deb; do
        dpkg-deb -x "$file" "$tree"
    done
    rm -rf "$apt"
}

# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Shared by quickstart and check: timed stages, and packages. Sourced by bash.

set -Eeuo pipefail

# File system tools are there, which an ordinary Debian user does not have in PATH.
PATH=$PATH:/usr/sbin:/sbin
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
stage_names=()
stage_seconds=()
current_stage=

die() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    exit "${2:-1}"
}

# stage NAME COMMAND...: runs the command and remembers how long it took.
stage() {
    local name=$1 start=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    current_stage=$name
    trap 'printf "\n%s: stage failed: %s\n" "$(basename "$0")" "$current_stage" >&2' ERR
    "$@"
    trap - ERR
    stage_names+=("$name")
    stage_seconds+=($((SECONDS - start)))
    printf '== %s: %d s\n' "$name" $((SECONDS - start))
}

print_stages() {
    local i
    printf '\n'
    for i in "${!stage_names[@]}"; do
        printf '  %-32s %4d s\n' "${stage_names[$i]}" "${stage_seconds[$i]}"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "packages are missing and this user is neither root nor able to use sudo: $*" 3
    fi
}

# Without root, mmdebstrap works in a user namespace, for which the user NAME needs subordinate IDs.
add_subordinate_ids() {
    local name=$1 kind start
    for kind in uid gid; do
        if ! grep -qs "^$name:\|^$(id -u "$name"):" "/etc/sub$kind"; then
            start=$(awk -F: '$2 + $3 > end { end = $2 + $3 } END { print (end > 100000 ? end : 100000) }' \
                "/etc/sub$kind" 2>/dev/null || echo 100000)
            echo "giving $name the subordinate ${kind}s from $start on"
            as_root usermod "--add-sub${kind}s" "$start-$((start + 65535))" "$name"
        fi
    done
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]
}

# choose_package LINE: the first of "a | b | c" that this Debian has, or just the first if it has none.
choose_package() {
    local line=$1 package
    for package in ${line//|/ }; do
        if is_installed "$package" || apt-cache show "$package" >/dev/null 2>&1; then
            printf '%s\n' "$package"
            return
        fi
    done
    printf '%s\n' "${line%% *}"
}

missing_packages() {
    local line package
    cat "$@" | sort -u | while read -r line; do
        case $line in
            *'|'*) package=$(choose_package "$line") ;;
            *) package=$line ;;
        esac
        is_installed "$package" || printf '%s\n' "$package"
    done
}

# install_packages LIST...: installs only what is missing, so that a second run needs no network.
install_packages() {
    local -a missing
    command -v dpkg-query >/dev/null || die 'only Debian and its derivatives are supported: no dpkg here' 3
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} = 0 ]; then
        echo 'all packages are there'
        return
    fi
    as_root apt-get update -qq
    # The archive's contents are only known now.
    mapfile -t missing < <(missing_packages "$@")
    printf 'installing %d packages: %s\n' ${#missing[@]} "${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "${missing[@]}" >/dev/null
}

# configure DIR OPTION...: sets up a build directory once; meson handles changes by itself.
configure() {
    local dir=$1
    shift
    if [ ! -f "$top/$dir/build.ninja" ]; then
        meson setup "$top/$dir" "$top" "$@" >/dev/null || { tail -n 30 "$top/$dir/meson-logs/meson-log.txt"; return 1; }
    fi
}

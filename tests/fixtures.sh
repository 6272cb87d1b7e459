# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# For shell tests: . "$VZ_TEST_FIXTURES". meson sets VZ_TEST_CACHE and VZ_TEST_COMPOSE_IMAGE.

# composed_image: prints the path of a restore image of the current stable Debian, which all tests share and none
# may change. The first caller composes it (a minute); others wait. Status 77: it cannot be composed here. The umask is
# the one that would do the most damage if it had any effect.
composed_image() (
    cache=${VZ_TEST_CACHE:?}
    mkdir -p "$cache"
    exec 9> "$cache/lock"
    flock 9
    if [ ! -e "$cache/debian.ipsw" ]; then
        umask 077
        XDG_CACHE_HOME=$cache XDG_STATE_HOME=$cache "${VZ_TEST_COMPOSE_IMAGE:?}" "$cache/debian.ipsw" 9>&- || exit
        chmod 644 "$cache/debian.ipsw"
    fi
    printf '%s\n' "$cache/debian.ipsw"
)

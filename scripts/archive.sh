# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Debian's archive as this host reaches it. Sourced by bash.

archive_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# The mirror that the host's apt uses for Debian, or Debian's own if it uses none.
debian_mirror() {
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' | sed -n 's/ Debian$//p' | head -n 1)
    printf '%s\n' "${mirror:-http://deb.debian.org/debian/}"
}

# debian_source SUITE: its apt line, with that mirror and the keys of the package debian-archive-keyring.
debian_source() {
    printf 'deb [signed-by=%s] %s %s main\n' "$archive_keyring" "$(debian_mirror)" "$1"
}

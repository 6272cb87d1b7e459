# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for vz. The command fills in what its table of commands has, in the places of the words in capitals.

# compgen expands its words as the shell does, so that a name such as '$(reboot)' must not be one.
_vz_plain_words() {
    grep -E '^[[:alnum:]_.+@-]+$'
}

# The names by which 'vz list' knows machines.
_vz_machines() {
    vz list --json 2>/dev/null | sed -n 's|.*"bundle":"\([^"\\]*\)".*|\1|p' | sed 's|.*/||; s|\.bundle$||' | _vz_plain_words
}

# bash takes what stands before an @ for a word of its own, so names are offered without versions.
_vz_systems() {
    [ -n "${_vz_known_systems:-}" ] ||
        _vz_known_systems=$(vz image list --systems 2>/dev/null | sed -n '2,$ s|[@ ].*||p' | sort -u | _vz_plain_words)
    printf '%s\n' "$_vz_known_systems"
}

_vz() {
    local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} n_words=1 takes='' options='' words=''
    # shellcheck disable=SC2194
    case " GROUPS " in
        *" $command "*) n_words=2 command="$command ${COMP_WORDS[2]}" ;;
    esac
    case $command in
        COMMANDS) ;;
    esac
    if [ "$COMP_CWORD" -le "$n_words" ]; then
        takes=nothing
        case $COMP_CWORD in
            1) words='FIRST_WORDS' ;;
            *) words=$(_vz_second_words "${COMP_WORDS[1]}") ;;
        esac
    else
        case $current in
            -*) words=$options takes=nothing ;;
            */*) ;;
            *) [ -z "$takes" ] || words=$("_vz_$takes") ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    if [ "$takes" != nothing ]; then
        compopt -o filenames 2>/dev/null
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
    fi
}

_vz_second_words() {
    printf '%s\n' 'SECOND_WORDS' | sed -n "s|^$1 ||p"
}

complete -F _vz vz

#!/bin/sh
# Brings the Debian packages of a list where they are missing: packages.sh LIST PYTHON
# One line a need: a command that shows it is there, then the package.
set -eu
list=$1
PYTHON=$2
export PYTHON

fetch() { apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1; }

missing=""
while IFS='|' read -r shown package; do
    case $shown in '#'* | '') continue ;; esac
    sh -c "$shown" >/dev/null 2>&1 && continue
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "setup: installing the Debian package $package"
        fetch "$package" </dev/null || { apt-get update -qq </dev/null && fetch "$package" </dev/null; }
    else
        missing="$missing $package"
    fi
done <"$list"
[ -z "$missing" ] && exit 0
echo "setup: missing:$missing; install them (Debian: apt-get install$missing) and run this again" >&2
exit 1

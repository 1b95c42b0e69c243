#!/bin/sh
# Makes the virtual environment: setup.sh PYTHON VENV
set -eu
python=$1
venv=$2

fail() { echo "setup: $1" >&2; exit 1; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "reli needs Python 3.11 or newer, $python is older; name another with PYTHON=..."

# One line a need: a command that shows it is there, then the Debian package that brings it.
grep -v '^#' requirements/debian.txt | while IFS='|' read -r shown package; do
    [ -n "$package" ] || continue
    PYTHON=$python sh -c "$shown" >/dev/null 2>&1 && continue
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "missing: $package; install it (Debian: apt-get install $package) and run this again"
    echo "setup: installing the Debian package $package"
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package" >/dev/null; }
done

echo "setup: virtual environment in $venv (first time only, some minutes)"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
pip="$venv/bin/python -m pip --disable-pip-version-check --quiet"
$pip install --require-hashes --requirement requirements/dev.txt
$pip install --no-deps --no-build-isolation --editable .

#!/bin/sh
# Makes the virtual environment: setup.sh PYTHON VENV
set -eu
python=$1
venv=$2

fail() { echo "setup: $1" >&2; exit 1; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "reli needs Python 3.11 or newer, $python is older; name another with PYTHON=..."

sh tools/packages.sh requirements/debian.txt "$python"

echo "setup: virtual environment in $venv (first time only, some minutes)"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
pip="$venv/bin/python -m pip --disable-pip-version-check --quiet"
$pip install --require-hashes --requirement requirements/dev.txt
$pip install --no-deps --no-build-isolation --editable .

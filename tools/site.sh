#!/bin/sh
# Builds the site's bundle: site.sh PYTHON OUTPUT. Needs Node 20 or newer (npm).
# The work is done in a folder of its own: the package holds no node_modules.
set -eu
python=$1
output=$2
command -v npm >/dev/null || { echo "site: npm is missing; install Node.js 20 or newer" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R src/reli/web/site/. "$work"
(cd "$work" && npm ci --silent --no-audit --no-fund && npm run --silent check && npm run --silent build >/dev/null)
cp "$work/dist/app.js" "$work/dist/app.css" "$output"
"$python" -c "
from pathlib import Path
from reli.web.bundle import STAMP, sources_hash
Path('$output', STAMP).write_text(sources_hash(Path('src/reli/web/site')) + '\n')
"

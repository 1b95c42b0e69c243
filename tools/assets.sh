#!/bin/sh
# Rebuilds the committed fonts: assets.sh PYTHON. Needs Node (npm) to fetch the full fonts.
set -eu
python=$1
version=0.4.3
target=src/reli/report/assets/fonts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v npm >/dev/null || { echo "assets: npm is missing; install Node.js" >&2; exit 1; }
for family in sans serif; do
    (cd "$work" && npm pack --silent "@expo-google-fonts/noto-$family-sc@$version" >/dev/null)
    mkdir "$work/$family"
    tar -xzf "$work/expo-google-fonts-noto-$family-sc-$version.tgz" -C "$work/$family"
done
cp "$work/sans/package/LICENSE_FONT" "$target/OFL.txt"
"$python" tools/subset_fonts.py "$target" \
    "$work/sans/package/400Regular/NotoSansSC_400Regular.ttf" \
    "$work/sans/package/700Bold/NotoSansSC_700Bold.ttf" \
    "$work/serif/package/400Regular/NotoSerifSC_400Regular.ttf"

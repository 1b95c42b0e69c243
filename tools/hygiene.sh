#!/bin/sh
# Refuses what must not be in the repository: addresses of registries, paths of one machine,
# the folder of shared material named anywhere but where tests are given it, tests of one name.
set -eu
status=0
refuse() { # TITLE PATTERN [PATHSPEC...]
    title=$1; pattern=$2; shift 2
    if found=$(git grep --untracked -nIE "$pattern" -- . ':!tools/hygiene.sh' "$@"); then
        printf 'hygiene: %s:\n%s\n' "$title" "$found" >&2
        status=1
    fi
}
registries='(pypi|pythonhosted|npmjs|npmmirror|yarnpkg|artifactory|nexus|deb\.debian|mirrors?)'
refuse "an address of a package registry" "https?://[a-z0-9.-]*$registries[a-z0-9./-]*|files\.pythonhosted"
refuse "a path of one machine" '(^|[^a-zA-Z0-9_.])/(work|root|home/[a-z]+|Users/[a-z]+|tmp)/'
refuse "the folder of shared material" '\.\./shared' ':!tests/conftest.py' ':!.ci/run'
for lock in uv.lock poetry.lock pdm.lock; do
    [ -z "$(git ls-files "$lock")" ] || { echo "hygiene: $lock is committed" >&2; status=1; }
done
# Tests of one name in two folders are one module to pytest: the whole suite is not collected.
twice=$(git ls-files 'tests/**/test_*.py' | sed 's|.*/||' | sort | uniq -d)
[ -z "$twice" ] || { echo "hygiene: files of tests with one name: $twice" >&2; status=1; }
exit $status

"""The committed bundle is what its sources make."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reli.web.bundle import STAMP, sources_hash

ROOT = Path(__file__).parents[2]
SITE = ROOT / "src" / "reli" / "web" / "site"
ASSETS = ROOT / "src" / "reli" / "web" / "assets"


def test_the_bundle_was_built_from_these_sources():
    stated = (ASSETS / STAMP).read_text(encoding="utf-8").strip()
    assert stated == sources_hash(SITE), "the site has changed: run `make assets`"


def test_a_changed_source_is_noticed(tmp_path):
    shutil.copytree(SITE, tmp_path / "site", ignore=shutil.ignore_patterns("node_modules"))
    assert sources_hash(tmp_path / "site") == sources_hash(SITE)
    page = tmp_path / "site" / "src" / "App.svelte"
    page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert sources_hash(tmp_path / "site") != sources_hash(SITE)


@pytest.mark.skipif(shutil.which("npm") is None, reason="needs Node (npm)")
def test_a_build_gives_the_same_bytes(tmp_path):
    command = ["sh", "tools/site.sh", sys.executable, str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if built.returncode and "npm" in built.stderr:
        pytest.skip("npm cannot install the site's tools here")
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    for name in ("app.js", "app.css"):
        assert (tmp_path / name).read_bytes() == (ASSETS / name).read_bytes(), name


def test_the_lock_names_no_registry():
    assert '"resolved"' not in (SITE / "package-lock.json").read_text(encoding="utf-8")

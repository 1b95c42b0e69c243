"""Projects whose publications are looked at as a user would: by browser, over HTTP, as files."""

import json
import shutil
import threading

import polars as pl
import pytest
import uvicorn
from tests.once import make_published, make_synthetic, run_once

from reli.report.topology import read_topology
from reli.web.api import create_app
from reli.web.publish import write_site


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The published example: scores and ranks of the first hundred, nothing else."""
    return run_once(tmp_path_factory, "published-2024", make_published)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory):
    """A small invented country."""
    return run_once(tmp_path_factory, "synthetic", make_synthetic)


@pytest.fixture(scope="session")
def served(synthetic):
    """Address of a server on loopback, as users start it."""
    config = uvicorn.Config(create_app(synthetic), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def disk(synthetic):
    """The site's page as a double click opens it."""
    return (synthetic / "out" / "site" / "index.html").as_uri()


@pytest.fixture(scope="session")
def aged(synthetic, tmp_path_factory):
    """The same country with a year before: each score a tenth lower, another order in front."""
    folder = tmp_path_factory.mktemp("aged")
    shutil.copytree(synthetic / "out" / "datapackage", folder / "datapackage")
    now = pl.read_parquet(folder / "datapackage" / "scores.parquet")
    front = pl.when(pl.col("rank") == 1).then(0.5).otherwise(0.9)
    before = now.with_columns(year=pl.col("year") - 1, score=pl.col("score") * front)
    pl.concat([before, now]).write_parquet(folder / "datapackage" / "years.parquet")
    descriptor = folder / "datapackage" / "datapackage.json"
    about = json.loads(descriptor.read_text(encoding="utf-8"))
    about["resources"].append({"path": "years.parquet", "name": "years", "bytes": 1})
    descriptor.write_text(json.dumps(about), encoding="utf-8")
    topology = read_topology(synthetic / "build" / "published" / "topology.json")
    editions = [["2022", "2022", "2023-06-01", "0123456789abcdef"]]
    write_site(folder / "datapackage", topology, folder / "site", editions)
    return folder

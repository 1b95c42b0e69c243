"""The edge of the command line: what the system refuses, and Ctrl-C."""

import os
import socket
import subprocess
import sys

import pytest

from reli.cli.app import app
from reli.cli.serve import serve
from reli.errors import InvalidSetting, MissingFile
from reli.sources.files import open_table

RELI = [sys.executable, "-m", "reli.cli"]


def test_what_the_system_refuses_is_one_message(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("credit_code\nx\n")
    target = source / "out.csv"
    done = subprocess.run(
        [*RELI, "credit-code", source, target], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert str(source) in done.stderr
    assert "Look at the path" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_command_stands_in_the_help_under_what_it_is_for():
    listed = [*app.registered_commands, *app.registered_groups]
    assert len({each.name for each in listed}) == len(listed)
    done = subprocess.run([*RELI, "--help"], capture_output=True, text=True, check=True)
    assert "─ Commands ─" not in done.stdout
    assert all(f"│ {each.name} " in done.stdout for each in listed)


@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
def test_an_interruption_is_no_success():
    interrupted = (
        "import os, signal; from reli.cli import app as edge\n"
        "edge.app = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
        "edge.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", interrupted], capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert "interrupted" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="asks the C library by its name there")
@pytest.mark.parametrize(
    ("arguments", "code"), [(["--version"], 0), (["facts", "none.csv", "o.json"], 2)]
)
def test_what_a_library_does_as_the_process_ends_changes_no_exit_code(tmp_path, arguments, code):
    """The C library is asked to abort at the end, as a thread that still runs makes it."""
    aborting = (
        "import ctypes; from reli.cli import main\n"
        "libc = ctypes.CDLL(None)\n"
        "libc.__cxa_atexit(ctypes.cast(libc.abort, ctypes.c_void_p), None, None)\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", aborting, *arguments],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == code
    assert "reli" in (done.stderr if code else done.stdout)


def test_a_port_that_is_taken_is_one_message(tmp_path, monkeypatch):
    monkeypatch.setattr("reli.web.release.find_releases", lambda _: {"abc": None})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidSetting, match=f"cannot listen on 127.0.0.1:{port}"):
            serve(tmp_path, port=port)


def test_a_file_that_is_not_there_offers_only_tables(tmp_path):
    (tmp_path / "register.csv").write_text("address\n", encoding="utf-8")
    (tmp_path / "LICENSE").write_text("text", encoding="utf-8")
    with pytest.raises(MissingFile, match=r"register\.csv") as caught:
        open_table(tmp_path / "regster.csv")
    assert "LICENSE" not in str(caught.value)

"""`reli serve` and `reli mcp`: the published tables for browsers, programs and assistants."""

import os
import signal
import socket
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import IsQuiet
from reli.errors import InvalidSetting

__all__ = ["mcp", "serve"]

FOLDER = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="Project folder that has been run, or a data package."),
]


def serve(
    folder: FOLDER = Path(),
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; 0.0.0.0 for all.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes.")] = 1,
    quiet: IsQuiet = False,
) -> None:
    """Serve the site, the data package and the interface (/v1, /collections), read-only.

    Needs the extra `web`: pip install 'reli[web]'.
    """
    try:
        import uvicorn

        from reli.web.environment import VARIABLE
    except ImportError as error:
        raise InvalidSetting(_missing("web", error)) from error
    from reli.web.release import find_releases

    releases = find_releases(folder)
    _check_free(host, port)
    os.environ[VARIABLE] = str(folder.resolve())
    if not quiet:
        typer.echo(
            f"release {next(iter(releases))}: http://{host}:{port}/  (Ctrl+C ends)", err=True
        )
    # Here Ctrl+C is the end that is meant, and no interruption.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    uvicorn.run(
        "reli.web.environment:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        access_log=False,
        server_header=False,
    )


def _check_free(host: str, port: int) -> None:
    """Raise InvalidSetting where nobody can listen, before a server fails in words of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            pass
    except (OSError, OverflowError) as error:
        raise InvalidSetting(
            f"cannot listen on {host}:{port} ({error}): name another with --host or --port"
        ) from error


def mcp(folder: FOLDER = Path()) -> None:
    """Look-ups for AI assistants by the Model Context Protocol over standard input and output.

    Tools: find, profile, compare, explain. Needs the extra `mcp`: pip install 'reli[mcp]'.
    """
    from reli.web.assistant import create_server

    try:
        server = create_server(folder)
    except ImportError as error:
        raise InvalidSetting(_missing("mcp", error)) from error
    server.run("stdio")


def _missing(extra: str, error: ImportError) -> str:
    return f"{error.name} is not installed: pip install 'reli[{extra}]'"

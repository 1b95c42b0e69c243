"""The commands together, and what happens to errors at the edge."""

import atexit
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from reli import __version__
from reli.cli.brief import brief
from reli.cli.calibrate import calibrate
from reli.cli.check import check
from reli.cli.classify import classify
from reli.cli.clusters import clusters
from reli.cli.concentration import concentration
from reli.cli.credit_code import credit_code
from reli.cli.diagnose import diagnose
from reli.cli.diff import diff
from reli.cli.ending import Ending
from reli.cli.evaluate import evaluate
from reli.cli.explain import explain
from reli.cli.facts import facts
from reli.cli.fit import fit
from reli.cli.freeze import freeze
from reli.cli.gap import gap
from reli.cli.init import init
from reli.cli.locate import locate
from reli.cli.match import match
from reli.cli.profile import profile
from reli.cli.reference import reference
from reli.cli.review import review
from reli.cli.robustness import robustness
from reli.cli.run import run
from reli.cli.score import score
from reli.cli.serve import mcp, serve
from reli.cli.source import source
from reli.cli.status import status
from reli.cli.synthesise import synthesise
from reli.cli.what_if import what_if
from reli.cli.word import word
from reli.errors import ReliError
from reli.polars_environment import set_polars_environment

__all__ = ["app", "main"]

CANNOT_RUN = 2
INTERRUPTED = 130
"""As shells say it: 128 and the signal's number. Click's own 1 would mean done, with rejects."""

app = typer.Typer(
    name="reli",
    help="Heat index (热力值) of China's strategic emerging industries for every county.",
    epilog="Begin with: reli init DIR, then reli run DIR. Each command explains itself: --help.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",
)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"reli {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Heat index (热力值) of China's strategic emerging industries for every county."""


_PANELS: Mapping[str, tuple[Callable[..., None] | typer.Typer, ...]] = {
    "A project: from files to the report": (
        init, source, check, run, status, review, freeze, diff, word, serve, mcp, synthesise,
    ),
    "Answers out of a project that has been run": (
        explain, profile, brief, what_if, gap, fit, concentration, clusters,
    ),
    "Single tables of firms": (locate, classify, match, credit_code),
    "An index of any table of indicators": (score, diagnose, robustness, calibrate, facts),
    "What reli knows, and how well it does": (reference, evaluate),
}  # fmt: skip
"""Commands by what one comes with, in the order in which the help lists them."""


def _add_commands() -> None:
    for panel, commands in _PANELS.items():
        for each in commands:
            if isinstance(each, typer.Typer):
                app.add_typer(each, name=each.info.name, rich_help_panel=panel)
            else:
                name = each.__name__.replace("_", "-")
                app.command(name, rich_help_panel=panel)(each)


_add_commands()


def _interrupted(*_: object) -> None:
    sys.stderr.write("\nreli: interrupted; nothing half written is left, run it again\n")
    sys.exit(INTERRUPTED)


def main() -> None:
    """Run the command line; errors that are the user's to mend are one message, exit code 2."""
    ending = Ending()
    atexit.register(ending)
    try:
        _answer()
    except SystemExit as ended:
        ending.code = ended.code if isinstance(ended.code, int) else None
        raise


def _answer() -> None:
    signal.signal(signal.SIGINT, _interrupted)
    set_polars_environment()
    try:
        app()
    except ReliError as error:
        sys.stderr.write(f"reli: {error}\n")
        sys.exit(CANNOT_RUN)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        sys.stderr.write(f"reli: {error}\nLook at the path, its permissions and the space left.\n")
        sys.exit(CANNOT_RUN)
    except Exception as error:
        if os.environ.get("RELI_DEBUG"):
            raise
        sys.stderr.write(
            f"reli: unexpected {type(error).__name__}: {error}\n"
            "This is a defect of reli; set RELI_DEBUG=1 to see where it happened.\n"
        )
        sys.exit(CANNOT_RUN)

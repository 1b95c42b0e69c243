"""Every command line that the pages show exists, with its options and in their form."""

import re
from pathlib import Path

import click
import pytest
import typer

from reli.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
SHOWN = re.compile(r"(?:^ {4,}(?:\$ )?|\| |`)(reli [a-z][^`#|\n]*)", re.MULTILINE)


def shown():
    for page in PAGES:
        for found in SHOWN.finditer(page.read_text(encoding="utf-8")):
            yield pytest.param(found[1].strip(), id=f"{page.name}: {found[1].strip()[:60]}")


def words_of(line):
    return line.replace(chr(39), "").split()[1:]


def resolve(words):
    """The command that a line calls, and what is left of the line."""
    command = typer.main.get_command(app)
    while isinstance(command, click.Group) or hasattr(command, "commands"):
        if not words or words[0].startswith("-"):
            break
        assert words[0] in command.commands, f"no command {words[0]!r}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("line", list(shown()))
def test_a_command_that_is_shown_exists(line):
    command, words = resolve(words_of(line))
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    assert set(options) <= known | {"--help", "--version"}

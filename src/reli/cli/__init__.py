"""The command `reli`.

One module a command; whatever takes long to import is imported inside the command, so that
`reli --help` answers at once.
"""

from reli.cli.app import main

__all__ = ["main"]

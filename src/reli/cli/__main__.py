"""`python -m reli.cli` is the command reli."""

from reli.cli import main

main()

"""`python -m reli` is the command reli."""

from reli.cli import main

main()

"""The application for worker processes, which learn their folder from the environment."""

import os
from pathlib import Path
from typing import Any

from reli.web.api import create_app

__all__ = ["VARIABLE", "application"]

VARIABLE = "RELI_SERVE_FOLDER"


def application() -> Any:  # noqa: ANN401 - an ASGI application
    """The application of the folder that `reli serve` has named."""
    return create_app(Path(os.environ[VARIABLE]))

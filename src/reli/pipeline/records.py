"""Small records that stages keep beside their tables."""

import json
from pathlib import Path
from typing import Any

__all__ = ["read_json"]


def read_json(path: Path) -> dict[str, Any]:
    """A small record of a stage; empty where it is not there."""
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found

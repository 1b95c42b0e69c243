"""The record of a project's steps, one JSON file that is written anew after each of them."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from reli.engine.files import atomic

__all__ = ["Manifest"]

Record = Mapping[str, Any]


class Manifest:
    """Records of steps by name; on the disk as of the last `save`."""

    def __init__(self, path: Path) -> None:
        """Read what there is; nothing where the file is missing or no longer JSON."""
        self._path = path
        self._records: dict[str, Record] = _read(path)
        self._texts: dict[str, str] = {}
        """Records as the file has them: most stay as they are, and putting them all into words
        again after each step takes longer than many a step."""

    def record(self, step: str) -> Record:
        """What is told of a step; empty where it has never run."""
        return self._records.get(step, {})

    def tell(self, step: str, record: Record) -> None:
        """Replace what is told of a step."""
        self._records[step] = record
        self._texts.pop(step, None)

    def keep_only(self, steps: Collection[str]) -> None:
        """Forget all other steps."""
        self._records = {name: self._records[name] for name in self._records if name in steps}

    def save(self) -> None:
        """Write the file, in the order of the names."""
        told = ",\n".join(self._text(name) for name in sorted(self._records))
        with atomic(self._path) as place:
            place.write_text(f"{{\n{told}\n}}\n" if told else "{}\n", encoding="utf-8")

    def _text(self, step: str) -> str:
        if step not in self._texts:
            alone = _worded({step: self._records[step]})
            self._texts[step] = alone.removeprefix("{\n").removesuffix("\n}")
        return self._texts[step]


def _worded(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)


def _read(path: Path) -> dict[str, Record]:
    if not path.exists():
        return {}
    try:
        records: dict[str, Record] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        # Only a hand that edits it can break it; everything is then run anew.
        return {}
    return records

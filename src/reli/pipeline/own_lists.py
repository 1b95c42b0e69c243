"""Recognition lists of a project's own, beside those that come along."""

from collections.abc import Mapping
from typing import Any

from reli.errors import MissingFile
from reli.indicators.lists import Rules, list_rules, parse_list_rules
from reli.pipeline.workspace import Workspace
from reli.sources.canonical import Table
from reli.sources.tables import with_lists
from reli.texts import written_text

__all__ = ["project_lists", "project_table"]


def project_lists(workspace: Workspace) -> Rules:
    """Rules of all lists that a project knows: its own go before those that come along."""
    return {**list_rules(), **_own(workspace)}


def project_table(workspace: Workspace, name: str) -> Table:
    """A canonical table as a project reads it: with its own lists."""
    own = _own(workspace)
    spellings = {
        code: [*([rule["name_zh"]] if "name_zh" in rule else []), *rule.get("spellings", ())]
        for code, rule in own.items()
        if code not in list_rules()
    }
    return with_lists(name, spellings)


def _own(workspace: Workspace) -> Mapping[str, Mapping[str, Any]]:
    path = workspace.lists
    if path is None:
        return {}
    if not path.is_file():
        raise MissingFile(f"{path} does not exist: it is named as lists in reli.toml")
    return parse_list_rules(written_text(path), str(path))

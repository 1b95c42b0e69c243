"""A project's wording: the shipped patterns and thresholds, with its own in their place."""

from pathlib import Path

from reli.insight.patterns import Patterns, load_patterns
from reli.insight.thresholds import Thresholds, load_thresholds
from reli.pipeline.workspace import Workspace

__all__ = ["project_patterns", "project_thresholds"]


def project_patterns(workspace: Workspace) -> Patterns:
    """Ways of saying things."""
    return load_patterns(_own(workspace, "patterns.toml"))


def project_thresholds(workspace: Workspace) -> Thresholds:
    """What words of degree mean."""
    return load_thresholds(_own(workspace, "thresholds.toml"))


def _own(workspace: Workspace, name: str) -> Path | None:
    path = workspace.folder / name
    return path if path.is_file() else None

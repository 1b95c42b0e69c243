"""What a browser needs to score by itself: fitted bounds of the indicators, weights, means."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["bounds", "lab_recipe"]

KNOWN_STEPS = {"Log1p", "Clip", "Goalposts", "MinMax", "Leave", "LeaveOut"}
KNOWN_MEANS = {"arithmetic", "geometric"}


def lab_recipe(package: Path) -> dict[str, Any] | None:
    """How the published index weights and aggregates, where a browser can do the same.

    Returns:
        weights (equal or framework), means, at_least (a value a level from the second), floor;
        None where there is no recipe or one that browsers do not know.
    """
    path = package / "recipe.json"
    if not path.is_file():
        return None
    steps: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    last = steps[-1] if steps else {}
    weighing = next((step["method"] for step in steps if step["do"] == "weight"), "framework")
    means = last.get("method", "arithmetic")
    each = means if isinstance(means, list) else [means]
    if last.get("do") != "aggregate" or not set(each) <= KNOWN_MEANS:
        return None
    if weighing not in ("equal", "framework"):
        return None
    parameters = last.get("parameters", {})
    return {
        "weights": weighing,
        "means": means,
        "floor": parameters.get("floor"),
        "at_least": parameters.get("at_least"),
    }


def bounds(package: Path, industry: str) -> tuple[dict[str, dict[str, Any]] | None, dict[str, str]]:
    """Steps that normalise each indicator, in order, as plain numbers; and what is left out.

    The steps are None where the recipe has one that browsers do not know: they then get the
    normalised values themselves.
    """
    path = package / "parameters.json"
    if not path.is_file():
        return None, {}
    record = json.loads(path.read_text(encoding="utf-8")).get(industry, {})
    left_out: dict[str, str] = record.get("left_out", {})
    found: dict[str, dict[str, Any]] = {}
    for step in record.get("fitted", []):
        if step.get("step") not in KNOWN_STEPS:
            return None, left_out
        found.setdefault(step["indicator"], {}).update(_plain(step))
    return found, left_out


def _plain(step: Mapping[str, Any]) -> dict[str, Any]:
    kind = step["step"]
    if kind == "Log1p":
        return {"log": step["scale"]}
    if kind == "Clip":
        return {"clip": [step["low"], step["high"]]}
    if kind in ("Goalposts", "MinMax"):
        return {"posts": [step["low"], step["high"], step["lower"], step["upper"]]}
    return {}

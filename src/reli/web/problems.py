"""Problem details (RFC 9457): what was wrong, with which value, and what is allowed."""

from collections.abc import Mapping, Sequence
from typing import Any

from reli.web.formats import as_json

__all__ = ["MEDIATYPE", "Problem", "problem_body", "problem_schema", "validation_problem"]

MEDIATYPE = "application/problem+json"

TITLES = {
    400: "Bad request",
    404: "Not found",
    405: "Method not allowed",
    406: "Format not offered",
    409: "Not possible with this release",
    422: "A value is not allowed",
}


class Problem(Exception):
    """An answer that says what is wrong."""

    def __init__(self, status: int, detail: str, errors: Sequence[Mapping[str, Any]] = ()) -> None:
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        super().__init__(detail)


def problem_body(status: int, detail: str, errors: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Problem details as JSON."""
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    if errors:
        found["errors"] = list(errors)
    return as_json(found)


def validation_problem(complaints: Sequence[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Detail and errors from the complaints of pydantic: name, value, what is allowed."""
    errors = []
    for each in complaints:
        name = ".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0])
        allowed = each.get("ctx", {}).get("expected") or each["msg"]
        if each["type"] == "extra_forbidden":
            allowed = "no parameter of this name"
        errors.append({"name": name, "value": _plain(each.get("input")), "allowed": str(allowed)})
    said = "; ".join(f"{each['name']} = {each['value']!r}: {each['allowed']}" for each in errors)
    return said, errors


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)[:200]


def problem_schema() -> dict[str, Any]:
    """The schema of problem details, for OpenAPI."""
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "allowed": {"type": "string"}},
                },
            },
        },
    }

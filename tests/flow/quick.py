"""Settings that make only what a test looks at."""

from dataclasses import fields

from reli.config import Publications

__all__ = ["publishing"]


def publishing(*wanted: str) -> str:
    """The section [publications] of reli.toml with only these forms; it goes to the end."""
    forms = [field.name for field in fields(Publications) if field.type is bool]
    lines = [f"{form} = {str(form in wanted).lower()}" for form in forms]
    return "\n[publications]\n" + "\n".join(lines) + "\n"

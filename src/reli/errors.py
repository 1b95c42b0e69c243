"""All errors that reli raises for its users.

A message says what was found, where, what was expected and what to do about it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

__all__ = [
    "InvalidCode",
    "InvalidData",
    "InvalidSetting",
    "MissingFile",
    "NoSpace",
    "Problems",
    "ReliError",
    "UnknownName",
    "likely",
    "nearest",
    "no_column",
    "repeated_columns",
    "together",
]


class ReliError(Exception):
    """Root of all errors that are the user's to mend."""


class InvalidCode(ReliError):
    """A code that does not have the form its standard gives it."""


class InvalidData(ReliError):
    """A table or file whose content cannot be used as it is."""


class InvalidSetting(ReliError):
    """A setting, framework or recipe that cannot be obeyed."""


class MissingFile(ReliError):
    """A file or folder that should be there and is not."""


class NoSpace(ReliError):
    """A disk that is full."""


class UnknownName(ReliError):
    """A name outside a closed list; the message offers the nearest one."""

    def __init__(self, kind: str, name: str, known: Iterable[str], where: str = "") -> None:
        choices = list(known)
        place = f" in {where}" if where else ""
        super().__init__(f"unknown {kind} {name!r}{place}: {nearest(name, choices)}")


class Problems(ReliError):
    """Several problems of one input, reported together."""

    def __init__(self, where: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        plural = "problem" if len(self.problems) == 1 else "problems"
        super().__init__(f"{where}: {len(self.problems)} {plural}{lines}")


MANY = 40
"""More names than this are not listed in a message."""

FEW = 5
"""Names that a message gives as examples of many."""


def likely(name: str, known: Sequence[str], cutoff: float = 0.6) -> str:
    """The known name that a mistyped one is most like, by `difflib`; empty where none is alike."""
    return next(iter(get_close_matches(name, known, n=1, cutoff=cutoff)), "")


def nearest(name: str, known: Sequence[str]) -> str:
    """What to say about a name that is not known: the likely one, or what is known at all."""
    if close := likely(name, known):
        return f"did you mean {close!r}?"
    # A short form is not like the whole: 余杭 for 杭州市余杭区.
    longer = [each for each in known if name.strip() and name.strip() in each]
    if 0 < len(longer) <= FEW:
        return "did you mean " + " or ".join(map(repr, longer)) + "?"
    if not known:
        return "there is none"
    if len(known) <= MANY:
        return "expected one of " + ", ".join(known)
    return f"expected one of {len(known):,} names, such as {known[0]!r}; none is like it"


def no_column(name: str, present: Sequence[str]) -> str:
    """What to say of a table that lacks a column: the likely one, and what the table has."""
    close = likely(name, present)
    meant = f": did you mean {close!r}? The" if close else "; the"
    named = [each for each in present if each]
    more = f" and {len(named) - MANY:,} more" if len(named) > MANY else ""
    has = f"has: {', '.join(named[:MANY])}{more}" if named else "has none"
    return f"no column {name!r}{meant} table {has}"


def repeated_columns(names: Sequence[str]) -> list[str]:
    """What to say of the columns that a header names several times; those without a name may be."""
    return [
        f"column {name!r} stands {times} times: remove all but one, or give the others their name"
        for name, times in Counter(names).items()
        if times > 1 and name
    ]


def together(where: str, errors: Sequence[ReliError]) -> ReliError:
    """One error for several of one input; a single one as it is."""
    return errors[0] if len(errors) == 1 else Problems(where, [str(error) for error in errors])

"""Meanings by name while a gazetteer is built."""

from collections import defaultdict
from dataclasses import replace

from reli.classification.referents import Referent

__all__ = ["NameIndex", "add"]

_Index = defaultdict[str, list[Referent]]


class NameIndex:
    """Meanings of names in full, without suffix (stems), and with a wrong one (slips)."""

    def __init__(self) -> None:
        self.full: _Index = defaultdict(list)
        self.stems: _Index = defaultdict(list)
        self.slips: _Index = defaultdict(list)

    def finished(self) -> tuple[dict[str, tuple[Referent, ...]], ...]:
        """Full names, stems and slips: what is a name in full is nothing else."""
        full = {name: _latest(found) for name, found in self.full.items()}
        stems = {name: _latest(found) for name, found in self.stems.items() if name not in full}
        slips = {
            name: _latest(found)
            for name, found in self.slips.items()
            if name not in full and len(name) > 2
        }
        return full, stems, slips


def add(index: _Index, name: str, found: Referent) -> None:
    """Add a meaning; of the same one, under further parents, the current or else the first."""
    for at, same in enumerate(index[name]):
        if same.codes == found.codes and same.kind == found.kind:
            chosen = found if found.is_current and not same.is_current else same
            index[name][at] = replace(chosen, parents=same.parents | found.parents)
            return
    index[name].append(found)


def _latest(found: list[Referent]) -> tuple[Referent, ...]:
    """Of several versions of one abolished county only the last: 九台市 was larger once."""
    if len(found) == 1:
        return tuple(found)
    return tuple(
        each
        for each in found
        if each.kind != "county"
        or each.is_current
        or not any(
            other.kind == "county"
            and other.last_year > each.last_year
            and set(other.codes) & set(each.codes)
            for other in found
        )
    )

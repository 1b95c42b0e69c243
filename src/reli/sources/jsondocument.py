"""JSON that is one document and no lines: lists, columns, answers of interfaces, objects."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["Pairs", "lines_of_document"]


class Pairs(list[tuple[str, Any]]):
    """An object of JSON as it stands: a name may stand twice in it."""


_AROUND = ("data", "result", "results", "items", "records", "rows", "list", "content")
"""What interfaces call the list of records that their answer holds."""


def lines_of_document(text: str) -> list[str]:
    """The records of a text, an object of JSON in one line each.

    Raises:
        ValueError: it is no JSON, or holds no records.
    """
    found = [record for value in _values(text) for record in _records(value)]
    if not found:
        raise ValueError("no records in it")
    return [_written(record) for record in found]


def _values(text: str) -> Iterator[object]:
    """Values that follow each other, as programs print one object after another."""
    decoder, at = json.JSONDecoder(object_pairs_hook=Pairs), 0
    text = text.rstrip()
    while at < len(text):
        while text[at] in " \t\r\n,":
            at += 1
        value, at = decoder.raw_decode(text, at)
        yield value


def _records(value: object) -> Sequence[object]:
    if isinstance(value, Pairs):
        named = dict(value)
        return _split(named) or _columns(named) or _answer(named) or [value]
    if isinstance(value, list):
        is_grid = len(value) > 1 and all(type(each) is list for each in value)
        return _grid(value[0], value[1:]) if is_grid else value
    raise ValueError("expected a list of objects, or an object")


def _grid(header: Sequence[object], rows: Sequence[Sequence[object]]) -> Sequence[object]:
    """Rows of cells below a header."""
    if any(len(row) != len(header) for row in rows):
        raise ValueError("its rows are not as long as its header")
    return [Pairs(zip(map(str, header), row, strict=True)) for row in rows]


def _split(named: Mapping[str, Any]) -> Sequence[object]:
    """Header and rows apart, as `orient="split"` of pandas."""
    if not {"columns", "data"} <= named.keys() or not isinstance(named["data"], list):
        return ()
    return _grid(named["columns"], named["data"])


def _columns(named: Mapping[str, Any]) -> Sequence[object]:
    """A value a row below each name, as pandas writes frames by default, or lists of them."""
    columns = list(named.values())
    if columns and all(isinstance(each, Pairs) for each in columns):
        keys = [tuple(name for name, _ in each) for each in columns]
        is_numbered = keys[0] and all(key.lstrip("-").isdigit() for key in keys[0])
        if is_numbered and all(each == keys[0] for each in keys):
            return _across(list(named), [[cell for _, cell in each] for each in columns])
    is_lists = len(columns) > 1 and all(type(each) is list for each in columns)
    if is_lists and len({len(each) for each in columns}) == 1:
        return _across(list(named), columns)
    return ()


def _across(names: Sequence[str], columns: Sequence[Sequence[object]]) -> Sequence[object]:
    rows = zip(*columns, strict=True)
    return [Pairs(zip(names, row, strict=True)) for row in rows]


def _answer(named: Mapping[str, Any]) -> Sequence[object]:
    """The records within an interface's answer: {"code": 200, "data": {"items": [...]}}."""
    for value in (value for name, value in named.items() if name.lower() in _AROUND):
        if isinstance(value, Pairs) and (found := _answer(dict(value))):
            return found
        if type(value) is list and any(isinstance(each, Pairs) for each in value):
            return value
    return ()


def _written(value: object) -> str:
    """JSON in one line, names that stand twice left in place."""
    if isinstance(value, Pairs):
        named = (f"{json.dumps(name)}: {_written(each)}" for name, each in value)
        return "{" + ", ".join(named) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)

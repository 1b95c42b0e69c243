"""Frozen dataclasses as JSON values and back; unions are told apart by their field `kind`."""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

__all__ = ["from_plain", "to_plain"]

Value = TypeVar("Value")


def to_plain(value: Any) -> Any:  # noqa: ANN401 - any dataclass
    """JSON values of a dataclass."""
    return asdict(value)


def from_plain(kind: type[Value], raw: Mapping[str, Any]) -> Value:
    """The dataclass that `to_plain` took apart."""
    found: Value = _value(kind, raw)
    return found


def _value(kind: Any, raw: Any) -> Any:  # noqa: ANN401 - types as values
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _one_of(get_args(kind), raw)
    if origin is tuple:
        return _several(get_args(kind), raw)
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return {key: _value(get_args(kind)[1], each) for key, each in raw.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        types = _types(kind)
        return kind(**{name: _value(types[name], each) for name, each in raw.items()})
    return raw


def _several(types: tuple[Any, ...], raw: Any) -> tuple[Any, ...]:  # noqa: ANN401
    if types[-1] is Ellipsis:
        return tuple(_value(types[0], each) for each in raw)
    return tuple(_value(one, each) for one, each in zip(types, raw, strict=True))


def _one_of(choices: tuple[Any, ...], raw: Any) -> Any:  # noqa: ANN401
    if isinstance(raw, Mapping):
        for choice in choices:
            if is_dataclass(choice) and _kind(choice) in (None, raw.get("kind")):
                return _value(choice, raw)
    return raw


def _kind(choice: Any) -> str | None:  # noqa: ANN401
    return next((str(each.default) for each in fields(choice) if each.name == "kind"), None)


@cache
def _types(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)

"""What a value of any type shows as text: columns of Parquet and JSON that are none of text."""

import json
from collections.abc import Mapping, Sequence

import polars as pl
import pyarrow as pa
import pyarrow.types as kinds

__all__ = ["plain_batch", "text_column", "value_text"]

_EXACT_INTEGERS = 1e15


def value_text(value: object) -> str | None:
    """What a value shows; several in one are joined by `|`, named ones are JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=value_text)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return "|".join(text for each in value if (text := value_text(each)))
    return _scalar_text(value)


def _scalar_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_INTEGERS:
        return str(int(value))
    return _decoded(value) if isinstance(value, bytes) else str(value)


def _decoded(value: bytes) -> str:
    """Bytes as the text that they are, else as hexadecimal digits: nothing is lost."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def plain_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with what neither CSV nor a sheet can hold (lists, records, bytes) as text."""
    columns = [text_column(each) if _is_odd(each.type) else each for each in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _is_odd(kind: pa.DataType) -> bool:
    if kinds.is_timestamp(kind):
        return kind.tz is not None
    tests = (kinds.is_nested, kinds.is_duration, kinds.is_time, _is_binary)
    return any(test(kind) for test in tests)


def text_column(column: pa.Array) -> pa.Array:
    """A column of any type as text (string), missing values stay missing."""
    kind = column.type
    if kinds.is_dictionary(kind):
        return text_column(column.dictionary_decode())
    if kinds.is_map(kind):
        return pa.array([value_text(dict(each or ())) for each in column.to_pylist()], pa.string())
    if kinds.is_list(kind) and kinds.is_string(kind.value_type):
        return pl.Series(column).list.join("|").to_arrow().cast(pa.string())
    if kinds.is_nested(kind) or _is_binary(kind) or kinds.is_duration(kind):
        return pa.array([value_text(each) for each in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _is_binary(kind: pa.DataType) -> bool:
    tests = (kinds.is_binary, kinds.is_large_binary, kinds.is_fixed_size_binary)
    return any(test(kind) for test in tests) or kind == pa.binary_view()

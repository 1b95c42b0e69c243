"""Dictionary-encoded columns: a text that recurs stands once a batch, and its rows are numbers.

What is encoded here lists its texts in the order in which the rows bring them up, so that a file
written of it is the same whichever thread met which text first.
"""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

__all__ = [
    "among",
    "as_encoded",
    "encoded_fields",
    "joined",
    "plain",
    "plain_schema",
    "spread",
    "where",
]

_PLACES = pa.dictionary(pa.int32(), pa.string())


def spread(table: pl.DataFrame, numbers: pl.Series) -> dict[str, pa.DictionaryArray]:
    """Columns of texts in which each row has the texts of one row of a table.

    Args:
        table: columns of text, its rows in the order in which `numbers` bring them up.
        numbers: row of the table, for each row.
    """
    places = numbers.cast(pl.Int32).to_arrow()
    texts = table.to_arrow()
    return {name: _spread(texts[name].combine_chunks(), places) for name in table.columns}


def _spread(texts: pa.Array, places: pa.Array) -> pa.DictionaryArray:
    encoded = as_encoded(texts)
    return pa.DictionaryArray.from_arrays(encoded.indices.take(places), encoded.dictionary)


def as_encoded(column: pa.Array) -> pa.DictionaryArray:
    """A column of texts, dictionary-encoded unless it is already."""
    if kinds.is_dictionary(column.type):
        return column
    return column.cast(pa.string()).dictionary_encode()


def among(column: pa.Array, values: pa.Array) -> pa.BooleanArray:
    """Whether each text of a column, encoded or not, is one of some; asked of distinct texts."""
    encoded = as_encoded(column)
    return pc.is_in(encoded.dictionary, value_set=values).take(encoded.indices)


def where(is_said: pa.BooleanArray, column: pa.Array) -> pa.Array:
    """Texts, encoded or not, in the rows of which something holds, nothing in the others."""
    if not kinds.is_dictionary(column.type):
        return pc.if_else(is_said, column, pa.scalar(None, column.type))
    places = pc.if_else(is_said, column.indices, pa.scalar(None, column.indices.type))
    return pa.DictionaryArray.from_arrays(places, column.dictionary)


def encoded_fields(schema: pa.Schema, names: Sequence[str]) -> pa.Schema:
    """A schema in which some columns of text are dictionary-encoded."""
    chosen = {*names}
    return pa.schema(
        field.with_type(_PLACES) if field.name in chosen else field for field in schema
    )


def plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Rows as they are read by whatever knows no dictionaries."""
    return batch.cast(plain_schema(batch.schema))


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """A schema in which dictionary-encoded columns are plain texts."""
    return pa.schema(
        field.with_type(field.type.value_type) if kinds.is_dictionary(field.type) else field
        for field in schema
    )


def joined(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Batches of one schema as one, with one dictionary for each column."""
    if len(batches) == 1:
        return batches[0]
    whole = pa.Table.from_batches(batches).unify_dictionaries()
    return whole.combine_chunks().to_batches()[0]

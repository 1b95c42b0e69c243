"""Unified social credit codes: whether they are right, and if not, what is wrong with them.

GB 32100-2015 with its first amendment: department, category, region (GB/T 2260), organisation code
(GB 11714, modulus 11) and a check character (modulus 31). A failed check flags a firm and never
drops it.
"""

import re
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.linkage.credit_code_misuses import misuse
from reli.reference.divisions import all_divisions
from reli.reference.zones import zones

__all__ = ["ALPHABET", "REASONS", "check_credit_codes", "known_regions"]

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Values 0 to 30: no I, O, S, V, Z."""

REASONS = (
    "valid",
    "empty",
    "length",
    "alphabet",
    "department",
    "region",
    "check_18",
    "check_organisation",
    "masked",
    "spreadsheet_number",
    "registration_number_15",
    "personal_number",
    "structure",
)

_CATEGORIES = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
"""Categories by department of registration: GB 32100-2015, table 1, as amended."""

_LENGTH, _BODY = 18, slice(8, 16)
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2, 1])
_CHECK_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)] + [1])

_STATE = 100_000
"""Registered with the State itself."""
_DISTRICTS_TOGETHER = 1
"""xxxx01 was 市辖区, all districts of a city together: offices of the city still use it."""
_ZONES = range(71, 100)
"""The last digits that GB/T 2260 leaves free under each city; zones register with them."""
_OTHER_OFFICES = (110302, 110304, 210231, 210242, 210244, 310141, 440003, 500903, 500905)
"""Zones whose codes follow no rule: 北京经济技术开发区, 上海自贸区, 横琴, 两江新区 and the like."""

_LABEL = re.compile(r"^(?:\p{Han}|[(])[^:*]{0,30}:".replace(r"\p{Han}", "[\u4e00-\u9fff]"))


def check_credit_codes(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Judge each credit code of a batch.

    Args:
        batch: `credit_code`, as written.

    Returns:
        Row for row: valid (1: right exactly as written), normalized (without label, spaces,
        hyphens, width and case; empty if it then is no valid code), valid_normalized, reason (of
        REASONS, about the normalised code) and region_code (digits 3-8 where they are a region).
    """
    written = pc.fill_null(batch.column("credit_code").cast(pa.string()), "")
    is_bare = pc.match_substring_regex(written, f"^[{ALPHABET}]{{18}}$")
    reasons = np.full(batch.num_rows, REASONS.index("empty"), np.int8)
    regions = np.full(batch.num_rows, 0, np.int32)
    bare = is_bare.to_numpy(zero_copy_only=False)
    reasons[bare], regions[bare] = _judge(written.filter(is_bare))
    is_valid = reasons == 0
    tidy = _tidy(written.filter(pa.array(~is_valid)))
    others, others_regions = _judge_any(tidy)
    normalized = written
    if len(tidy):
        normalized = pc.replace_with_mask(written, pa.array(~is_valid), tidy)
        reasons[~is_valid], regions[~is_valid] = others, others_regions
    return _verdicts(is_valid, normalized, reasons, regions)


def _verdicts(
    is_valid: np.ndarray[Any, Any],
    normalized: pa.Array,
    reasons: np.ndarray[Any, Any],
    regions: np.ndarray[Any, Any],
) -> pa.RecordBatch:
    is_right = reasons == 0
    names = pa.DictionaryArray.from_arrays(pa.array(reasons), pa.array(REASONS))
    codes = pc.if_else(pa.array(regions > 0), pa.array(regions).cast(pa.string()), "")
    return pa.RecordBatch.from_pydict(
        {
            "valid": pa.array(is_valid.astype(np.int8)),
            "normalized": pc.if_else(pa.array(is_right), normalized, ""),
            "valid_normalized": pa.array(is_right.astype(np.int8)),
            "reason": names.cast(pa.string()),
            "region_code": codes,
        }
    )


def _tidy(written: pa.Array) -> pa.Array:
    """Without label, width, case, spaces, hyphens, quotation marks and what cannot be seen."""
    text = pl.Series(pc.utf8_normalize(written, form="NFKC")).cast(pl.String)
    text = text.str.replace_all(r"[\s\p{Cf}\p{Pd}'\"`‘’“”−]+", "").str.to_uppercase()
    text = text.str.replace(r"^[\p{Han}(][^:*]{0,30}:", "")
    text = text.str.replace(r"^(?:USCC|USCI|CREDIT_?CODE):?", "")
    text = text.str.replace(r"^[\p{Han}():]+", "")
    return text.to_arrow().cast(pa.string())


def _judge_any(texts: pa.Array) -> tuple[Any, Any]:
    """Reasons and regions of codes of any length and letters."""
    reasons = np.full(len(texts), REASONS.index("length"), np.int8)
    regions = np.zeros(len(texts), np.int32)
    series = pl.Series(texts).cast(pl.String)
    is_long_enough = (series.str.len_chars() == _LENGTH).to_numpy()
    reasons[is_long_enough] = REASONS.index("alphabet")
    is_code = series.str.contains(f"^[{ALPHABET}]{{18}}$").to_numpy()
    reasons[is_code], regions[is_code] = _judge(texts.filter(pa.array(is_code)))
    is_wrong = reasons != 0
    found = misuse(series.filter(pl.Series(is_wrong)))
    known = found.is_not_null().to_numpy()
    where = np.flatnonzero(is_wrong)[known]
    reasons[where] = [REASONS.index(name) for name in found.drop_nulls()]
    regions[where] = 0
    return reasons, regions


def _judge(codes: pa.Array) -> tuple[Any, Any]:
    """Reasons and regions of codes of 18 characters of the alphabet."""
    letters = _letters(codes)
    region = _digits(letters[:, 2:8])
    is_known = np.append(known_regions(), False)[region]
    reasons = np.zeros(len(codes), np.int8)
    # Later lines win: the first thing that is wrong is the one that is told.
    reasons[_is_sequence(letters[:, _BODY])] = REASONS.index("structure")
    reasons[~_is_organisation(letters[:, 8:17])] = REASONS.index("check_organisation")
    reasons[_values(letters) @ _CHECK_WEIGHTS % 31 != 0] = REASONS.index("check_18")
    reasons[~is_known] = REASONS.index("region")
    reasons[~_is_department(letters)] = REASONS.index("department")
    reasons[_is_sequence(letters)] = REASONS.index("structure")
    return reasons, np.where(is_known, region, 0)


def _letters(codes: pa.Array) -> np.ndarray[Any, Any]:
    together = b"".join(codes.cast(pa.binary()).to_pylist()) if len(codes) < 0 else None
    plain = codes.cast(pa.string())
    offset = plain.offset
    buffer = plain.buffers()[2]
    if buffer is None or not len(plain):
        return np.zeros((0, _LENGTH), np.uint8)
    first = np.frombuffer(plain.buffers()[1], np.int32)[offset]
    flat = np.frombuffer(buffer, np.uint8)[first : first + _LENGTH * len(plain)]
    return flat.reshape(-1, _LENGTH) if together is None else flat


@cache
def _table(letters: str) -> np.ndarray[Any, Any]:
    values = np.zeros(256, np.int32)
    values[[ord(letter) for letter in letters]] = np.arange(len(letters))
    return values

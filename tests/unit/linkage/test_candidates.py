"""Enterprises that rows could mean: none that is one slip away is missed, hardly another taken."""

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rapidfuzz.distance import OSA

from reli.engine import DuckDBEngine
from reli.linkage import candidates
from reli.linkage.bearers import Bearers
from reli.linkage.candidates import (
    bearers,
    by_slice,
    narrowed,
    still_open,
)
from reli.linkage.entities import identify
from reli.linkage.keys import AskedKeys, KnownKeys, UniqueKeys, once, slips
from reli.linkage.names import core_key, name_key, without_echo

COLUMNS = ("credit_code", "source_id", "name", "former_names", "address", "province", "city",
           "status", "enterprise_type")  # fmt: skip
ASKED = ("plain_code", "name_key", "core_key", "parent_key", "parent_core", "other_key")


@pytest.fixture
def engine(tmp_path):
    engine = DuckDBEngine(tmp_path / "spill")
    yield engine
    engine.close()


@pytest.fixture
def register(tmp_path):
    """A register of enterprises by name, former name and code, as linked Parquet tables."""

    def make(*parts):
        schema = pa.schema(dict.fromkeys(COLUMNS, pa.string()))
        paths = []
        for number, firms in enumerate(parts):
            rows = [
                dict(zip(("name", "former_names", "source_id"), firm, strict=True))
                for firm in firms
            ]
            linked = identify(pa.RecordBatch.from_pylist(rows, schema=schema))
            paths.append(tmp_path / f"part{number}.parquet")
            pq.write_table(pa.Table.from_batches([linked]), paths[-1])
        return paths

    return make


def asked(*names, **more):
    keys = name_key(pa.array(names))
    columns = {"name_key": keys, "core_key": core_key(keys), **more}
    empty = pa.nulls(len(names), pa.string())
    return pa.table({name: columns.get(name, empty) for name in ASKED}).cast(
        pa.schema(dict.fromkeys(ASKED, pa.string()))
    )


def could_mean(rows, register, engine):
    """Enterprises that rows could mean."""
    with TemporaryDirectory() as folder:
        return candidates.could_mean(narrowed([rows], register, Path(folder), engine))


def named(table):
    return table["name"].to_pylist()


def test_whatever_is_one_slip_away_is_among_the_candidates(register, engine):
    # All cores of three to five characters out of three: every slip at every place.
    cores = ["".join(core) for size in (3, 4, 5) for core in product("甲乙丙", repeat=size)]
    firms = [(f"{core}有限公司", None, core) for core in cores]
    rows = [f"{core}有限公司" for core in cores[::17]]
    known = dict(zip(cores, core_key(name_key(pa.array([f[0] for f in firms]))), strict=True))
    for row, core in zip(rows, cores[::17], strict=True):
        found = named(could_mean(asked(row), register(firms), engine))
        near = {
            f"{other}有限公司" for other in cores if OSA.distance(known[core], known[other]) == 1
        }
        assert near
        assert near <= set(found)


def test_keys_that_agree_after_one_lost_character_have_a_hash_in_common():
    # All words of three to five characters out of three, plain Latin and beyond the first plane.
    words = ["".join(word) for size in (3, 4, 5) for word in product("a中𠮷", repeat=size)]
    hashes, own = slips(pl.Series([None, *words]))
    left = [{word, *(word[:at] + word[at + 1 :] for at in range(len(word)))} for word in words]
    assert own.tolist().count(1) == len(words[0]) + 1
    by_hash: dict[int, set[str]] = {}
    for value, at in zip(hashes.tolist(), own.tolist(), strict=True):
        by_hash.setdefault(value, set()).add(words[at - 1])
    for word, shorter in zip(words[::5], left[::5], strict=True):
        near = {other for other, its in zip(words, left, strict=True) if shorter & its}
        mine = {hashes[at] for at in (own == words.index(word) + 1).nonzero()[0]}
        assert set().union(*(by_hash[value] for value in mine)) == near


def test_hashes_that_agree_in_part_are_told_apart():
    # Others of the same last bits, of the same first bits, and of both halves swapped.
    low, high = np.uint64(0x0123_4567), np.uint64(0x89AB_CDEF_0000_0000)
    known = KnownKeys(np.array([high | low, 7, 7], np.uint64))
    asked = np.array([high | low, low, high, 7, 8, (low << 32) | (high >> 32)], np.uint64)
    assert known.has_hashes(asked).tolist() == [True, False, False, True, False, False]
    assert KnownKeys(asked[:0]).has_hashes(asked).tolist() == [False] * 6


def test_keys_are_told_with_each_slice_that_asks_for_them_once():
    slices = [np.array(each, np.uint64) for each in ([5, 9, 5], [], [9], [1 << 40, 5])]
    hashes, rows = np.array([9, 4, 5, 9], np.uint64), np.array([0, 0, 1, 7])
    found, by = AskedKeys(slices).find(hashes, rows)
    pairs = sorted(zip(found.tolist(), by.tolist(), strict=True))
    assert pairs == [(0, 0), (0, 2), (1, 0), (1, 3), (7, 0), (7, 2)]
    assert not AskedKeys(slices[1:2]).find(hashes, rows)[0].size


@pytest.mark.parametrize(
    ("core", "once"),
    [
        ("浙江甲乙集团集团", "浙江甲乙集团"),
        ("甲乙甲乙", "甲乙"),
        ("甲甲甲甲", "甲甲"),
        ("甲甲乙乙", None),
        ("甲乙丙甲乙", None),
        (None, None),
    ],
)
def test_a_word_that_stands_twice_running_stands_once(core, once):
    assert without_echo(pl.Series([core], dtype=pl.String)).to_list() == [once]


def test_names_that_share_no_more_than_their_trade_are_left(register, engine):
    names = (
        "深圳华群网络科技",
        "深圳群网络科技",
        "广州群众网络科技",
        "杭州众网络科技",
        "深圳群众服饰",
    )
    firms = [(f"{name}有限公司", None, name) for name in names]
    found = could_mean(asked("深圳群众网络科技有限公司"), register(firms), engine)
    assert named(found) == ["深圳华群网络科技有限公司", "深圳群网络科技有限公司"]
    # Of an equal key, however far the name.
    rows = asked("深圳群众网络科技有限公司", plain_code=["id:杭州众网络科技"])
    assert len(named(could_mean(rows, register(firms), engine))) == 3


def test_a_joint_stock_company_is_found_without_its_place_and_with_it(register, engine):
    firms = [("浙江甲乙丙股份有限公司", None, "1"), ("丁戊己股份有限公司", None, "2"),
             ("浙江庚辛壬有限公司", None, "3")]  # fmt: skip
    found = could_mean(
        asked("甲乙丙股份有限公司", "浙江丁戊己股份有限公司", "庚辛壬股份有限公司"),
        register(firms),
        engine,
    )
    assert set(named(found)) == {"浙江甲乙丙股份有限公司", "丁戊己股份有限公司"}


def test_a_word_written_twice_is_found_where_it_stands_once(register, engine):
    firms = [("浙江甲乙集团有限公司", None, "1")]
    found = could_mean(asked("浙江甲乙集团集团有限公司"), register(firms), engine)
    assert named(found) == ["浙江甲乙集团有限公司"]


def test_keys_are_shared_with_names_cores_former_names_and_codes(register, engine):
    parts = register(
        [("甲乙丙有限公司", None, "1"), ("丁戊己有限公司", "旧名字有限公司|再旧名有限公司", "2")],
        [("庚辛壬有限公司", None, "3"), ("无关者有限公司", None, "4")],
    )
    rows = asked("甲乙丙股份有限公司", "再旧名有限公司", "别的", plain_code=["x", "y", "id:3"])
    found = could_mean(rows, parts, engine)
    assert named(found) == ["甲乙丙有限公司", "丁戊己有限公司", "庚辛壬有限公司"]
    assert found["credit_code"].to_pylist() == ["id:1", "id:2", "id:3"]
    assert could_mean(asked("没有人"), parts, engine).num_rows == 0


@pytest.mark.parametrize("open_files", [1, 2, 200])
def test_what_slices_could_mean_is_found_in_the_part_of_all(
    register, engine, tmp_path, monkeypatch, open_files
):
    monkeypatch.setattr(candidates, "_OPEN", open_files)
    parts = register(
        [("甲乙丙丁有限公司", None, "1"), ("深圳群众网络有限公司", "旧名字有限公司", "2")],
        [("庚辛壬癸有限公司", None, "3"), ("无关者有限公司", None, "4")],
    )
    slices = [
        asked("甲乙丙丁股份有限公司"),
        asked("庚辛任癸有限公司", "旧名字有限公司"),
        asked("没有人"),
    ]
    part = narrowed(slices, parts, tmp_path, engine)
    assert [pq.read_table(path)["name"].to_pylist() for path in part] == [
        ["甲乙丙丁有限公司", "深圳群众网络有限公司"],
        ["庚辛壬癸有限公司"],
    ]
    for rows, tables in zip(slices, by_slice(part, len(slices), tmp_path), strict=True):
        found = candidates.could_mean(tables)
        assert found.equals(could_mean(rows, parts, engine))
    assert found.num_rows == 0
    # Several slices mean one enterprise; asked together it stands once.
    twice = narrowed([slices[0]] * 2, parts, tmp_path, engine)
    assert pq.read_table(twice[0])["slice"].to_pylist() == [0, 1]
    assert pq.read_table(twice[0])["is_first"].to_pylist() == [True, False]
    once = narrowed([slices[0]] * 2, parts, tmp_path, engine, apart=False)
    assert pq.read_table(once[0]).num_rows == 1


def test_who_bears_a_code_or_a_name_or_bore_it(register, engine, tmp_path):
    parts = register(
        [("甲乙丙有限公司", None, "1"), ("丁戊己有限公司", "旧名字有限公司", "2")],
        [("庚辛壬有限公司", "别名有限公司", "3"), ("甲乙丙有限公司", None, "4")],
    )
    rows = asked("甲乙丙有限公司", "旧名字有限公司", "别的", plain_code=[None, None, "id:3"])
    known = [KnownKeys.of(pl.Series(rows[key])) for key in ("name_key", "plain_code")]
    found = bearers(*known, parts, tmp_path, engine)
    columns = ("enterprise_id", "name_key", "former_keys")
    assert [[tuple(row[c] for c in columns) for row in pq.read_table(path).to_pylist()]
            for path in found] == [
        [("id:1", "甲乙丙有限公司", None), ("id:2", "丁戊己有限公司", "旧名字有限公司")],
        [("id:3", "庚辛壬有限公司", "别名有限公司"), ("id:4", "甲乙丙有限公司", None)],
    ]  # fmt: skip


def test_of_a_row_whose_code_or_name_is_there_nothing_further_is_asked(register, engine):
    firms = [
        ("甲乙丙丁有限公司", None, "1"), ("戊己庚辛有限公司", "旧名字号有限公司", "2"),
        ("甲乙丙丁壬有限公司", None, "3"), ("旧名字有限公司", None, "4"),
    ]  # fmt: skip
    parts = register(firms)
    rows = asked("甲乙丙丁有限公司", "旧名字号有限公司", "甲乙丙丁癸有限公司", plain_code=[""] * 3)
    borne = Bearers(parts)
    left = still_open(rows, borne.have(rows))
    assert left["core_key"].to_pylist() == [None, None, "甲乙丙丁癸"]
    assert left["name_key"].equals(rows["name_key"])
    assert named(could_mean(left.slice(0, 2), parts, engine)) == [
        "甲乙丙丁有限公司",
        "戊己庚辛有限公司",
    ]
    coded = asked("甲乙丙丁癸有限公司", plain_code=["id:4"])
    left = still_open(coded, borne.have(coded))
    assert named(could_mean(left, parts, engine)) == ["旧名字有限公司"]


@pytest.mark.parametrize("numbers", [[], [3], [2, 2], [5, 1, 5, 2, 1]])
def test_each_number_stands_once_and_in_order(numbers):
    assert once(np.array(numbers, np.int64)).tolist() == sorted({*numbers})


def test_unique_keys_are_found_in_whatever_order_they_are_asked():
    hashes = np.array([7, 3, 9, 5], np.uint64)
    known = UniqueKeys(lambda seed: hashes)
    assert known.find(np.array([9, 4, 7, 3, 9, 10], np.uint64)).tolist() == [2, -1, 0, 1, 2, -1]
    # Of two that have one hash by a seed another is taken.
    seeds = [np.array([1, 1], np.uint64), np.array([2, 1], np.uint64)]
    known = UniqueKeys(seeds.__getitem__)
    assert known.seed == 1
    assert known.find(np.array([1, 2], np.uint64)).tolist() == [1, 0]

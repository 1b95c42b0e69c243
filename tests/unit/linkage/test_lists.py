"""What lists say of enterprises, asked once for several lists: the answers of each alone."""

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.engine import DuckDBEngine, read_batches
from reli.linkage.climbing import ASKED
from reli.linkage.entities import identify
from reli.linkage.lists import answer_list, said_by
from reli.linkage.match import Matcher
from reli.linkage.questions import Climbed, Questions, ask, with_question_keys

COLUMNS = ("credit_code", "source_id", "name", "former_names", "address", "province", "city",
           "status", "enterprise_type")  # fmt: skip
FIRMS = [
    ("91330100MA2ABC12X3", "浙江甲乙科技有限公司", None),
    ("91330100MA2ABC12X4", "浙江丙丁材料有限公司", "浙江旧名材料有限公司"),
    ("91330100MA2ABC12X5", "杭州戊己软件有限公司", None),
]
LIST = pa.table(
    {
        "host_name": [None, "浙江丙丁材料有限公司", None, None],
        "name": ["浙江甲乙科技股份有限公司", "丙丁中心", "浙江旧名材料有限公司", "无此公司"],
        "credit_code": [None, None, None, "91330100MA2ABC12X5"],
        "issuer_region": ["浙江省", "浙江省", None, None],
    },
    schema=pa.schema(
        dict.fromkeys(("host_name", "name", "credit_code", "issuer_region"), pa.string())
    ),
)
TEXTS = pa.schema(dict.fromkeys(ASKED, pa.string()))
SAYS = {"name": ("host_name", "name"), "code": "credit_code", "place": "issuer_region"}


@pytest.fixture
def register(tmp_path):
    """The enterprises with their keys, as a Parquet table."""
    rows = [
        {"credit_code": code, "name": name, "former_names": former, "status": "alive"}
        for code, name, former in FIRMS
    ]
    schema = pa.schema(dict.fromkeys(COLUMNS, pa.string()))
    linked = identify(pa.RecordBatch.from_pylist(rows, schema=schema))
    pq.write_table(pa.Table.from_batches([linked]), tmp_path / "register.parquet")
    return tmp_path / "register.parquet"


@pytest.fixture
def engine(tmp_path):
    engine = DuckDBEngine(tmp_path / "spill")
    yield engine
    engine.close()


@pytest.fixture
def asked(tmp_path, engine):
    """Ask a register what rows of ASKED mean: the answers, by name."""

    def ask_of(rows, *register, come=None):
        table = pa.Table.from_pylist(rows, schema=TEXTS)
        said = pa.Table.from_batches([with_question_keys(b) for b in table.to_batches()])
        path, out = tmp_path / "said.parquet", tmp_path / "asked.parquet"
        pq.write_table(said, path)
        before = None
        if come is not None:
            first, *meant = (
                path.rename(path.with_suffix(".before"))
                for path in files_of(climbed(tmp_path, register[: len(register) - len(come)]))
            )
            before = Climbed(first, meant)
            out.rename(tmp_path / "before.parquet")
        questions = Questions(path, out, before=tmp_path / "before.parquet" if before else None)
        ask([questions], register, engine, tmp_path, climbed(tmp_path, register), before=before,
            come=come or ())  # fmt: skip
        return pl.read_parquet(out)

    return ask_of


def climbed(folder, register):
    """Where the questions that climb are, and those whom they could mean."""
    meant = [folder / f"meant-{number}.parquet" for number in range(len(register))]
    return Climbed(folder / "climbed.parquet", meant)


def files_of(climbed):
    return [climbed.answers, *climbed.meant]


def methods(answers):
    return dict(answers.select("name", "link_method").iter_rows())


def test_rows_of_a_list_have_the_answers_to_what_they_say(tmp_path, register, engine):
    paths = {name: tmp_path / f"{name}.parquet" for name in ("list", "said", "asked", "out")}
    pq.write_table(LIST, paths["list"])
    said = said_by(paths["list"], *SAYS.values()).to_arrow().cast(TEXTS).combine_chunks()
    keyed = pa.Table.from_batches([with_question_keys(said.to_batches()[0])])
    pq.write_table(keyed, paths["said"])
    ask([Questions(paths["said"], paths["asked"])], [register], engine, tmp_path,
        climbed(tmp_path, [register]))  # fmt: skip
    assert answer_list(paths["list"], paths["asked"], paths["out"], **SAYS) == (4, 4)
    found = pq.read_table(paths["out"])
    assert found.select(LIST.column_names).equals(LIST)
    assert found["link_method"].to_pylist() == [
        "legal_form", "name", "former_name", "credit_code_other_name"
    ]  # fmt: skip


def test_each_question_is_answered_as_the_ladder_does(register, asked, monkeypatch):
    rows = [
        {"name": "浙江甲乙科技有限公司"},
        {"name": "浙江甲乙科技有限公司", "credit_code": "91330100MA2ABC12X3"},
        {"name": "浙江甲乙科技有限公司", "credit_code": "91330100MA2ABC12X5"},
        {"name": "浙江甲乙科技有限公司", "credit_code": "91330100MA2ABC12X9", "province": "浙江省"},
        {"name": "浙江甲乙科技有限公司（公章）"},
        {"name": "浙江甲乙科枝有限公司"},
        {"name": "杭州戊戊己软件有限公司"},
        {"name": "浙江旧名材料有限公司"},
        {"name": "某某大学"},
        {"credit_code": "91330100MA2ABC12X4"},
    ]
    batch = pa.RecordBatch.from_pylist(rows, schema=TEXTS)
    firms = pq.read_table(register).drop_columns("credit_code")
    ladder = Matcher(firms.rename_columns({"enterprise_id": "credit_code"})).match(batch)
    told = pl.DataFrame(batch).hstack(
        pl.DataFrame(ladder).select(
            enterprise_id=pl.col("matched_credit_code").replace("", None),
            link_role="role",
            link_confidence="confidence",
            link_method="method",
            link_candidates="candidates",
        )
    )
    for size in (1, 3, 200):
        monkeypatch.setattr("reli.linkage.questions._SLICE", size)
        monkeypatch.setattr("reli.linkage.questions._LADDER", size)
        found = asked(rows, register)
        assert found.select(told.columns).equals(told)
    assert told["link_method"].value_counts().height == 6
    outside = found.filter(pl.col("outsider_id").is_not_null())
    assert outside.select("name", "outsider_id").rows() == [("某某大学", "outside:某某大学")]


def test_of_several_that_bear_a_name_none_is_taken_at_once(register, asked, tmp_path):
    other = pq.read_table(register).slice(0, 1)
    ids = pa.array(["91330100MA2ABC12X8"])
    pq.write_table(
        other.set_column(0, "enterprise_id", ids).set_column(
            other.column_names.index("credit_code"), "credit_code", ids
        ),
        tmp_path / "other.parquet",
    )
    rows = [{"name": "浙江甲乙科技有限公司"}]
    # One that stands twice is one; of two a person decides.
    for more, confidence, key in (
        (register, "exact", "91330100MA2ABC12X3"),
        (tmp_path / "other.parquet", "ambiguous", None),
    ):
        found = asked(rows, register, more)
        assert found.select("link_confidence", "enterprise_id").rows() == [(confidence, key)]


def test_questions_are_asked_again_of_whom_they_could_mean(register, asked, tmp_path):
    firms = pq.read_table(register)
    for at in range(3):
        pq.write_table(firms.slice(at, 1), tmp_path / f"{at}.parquet")
    old, come = [tmp_path / "0.parquet"], [tmp_path / "1.parquet", tmp_path / "2.parquet"]
    names = ["浙江甲乙科技有限公司", "浙江旧名材料有限公司", "杭州戊己软件有限公司（公章）",
             "杭州戊巳软件有限公司", "某某大学", "无此公司"]  # fmt: skip
    rows = [{"name": name} for name in names]
    whole = asked(rows, *old, *come)
    made = files_of(climbed(tmp_path, [*old, *come]))
    files = [path.read_bytes() for path in made]
    asked(rows[:-1], *old)
    grown = asked(rows, *old, *come, come=come)
    assert grown.equals(whole)
    assert [path.read_bytes() for path in made] == files
    # Whom they could mean, and nobody else.
    assert sum(pl.read_parquet(path).height for path in made[1:]) == 2
    # Nothing has come but a question; and nothing at all.
    again = asked([*rows, {"name": "杭州戊己软件公司"}], *old, *come, come=())
    assert again.filter(pl.col("name") != "杭州戊己软件公司").equals(whole)
    assert methods(again)["杭州戊己软件公司"] == "legal_form"
    assert asked(rows, *old, *come, come=()).equals(whole)
    assert [path.read_bytes() for path in made] == files
    assert methods(grown) == dict(
        zip(names, ["name", "former_name", "name", "one_edit", "", ""], strict=True)
    )


def test_of_a_list_only_what_says_whom_it_means_is_read(tmp_path, monkeypatch):
    read = []

    def noted(path, rows, columns=None):
        read.append(columns)
        return read_batches(path, rows, columns)

    monkeypatch.setattr("reli.linkage.lists.read_batches", noted)
    more = LIST.append_column("product", pa.array(["x"] * LIST.num_rows))
    pq.write_table(more.drop_columns(["host_name"]), tmp_path / "list.parquet")
    said = said_by(tmp_path / "list.parquet", *SAYS.values())
    assert read == [["name", "credit_code", "issuer_region"]]
    assert "丙丁中心" in said["name"].to_list()


def test_what_a_list_says_is_said_once(tmp_path):
    pq.write_table(pa.concat_tables([LIST, LIST]), tmp_path / "list.parquet")
    said = said_by(tmp_path / "list.parquet", *SAYS.values())
    assert said.columns == list(ASKED)
    assert said.height == LIST.num_rows
    assert "浙江丙丁材料有限公司" in said["name"].to_list()
    assert "丙丁中心" not in said["name"].to_list()


PARENT = "浙江甲乙科技有限公司"
BRANCH = "浙江甲乙科技有限公司杭州分公司"
OF_BRANCH = "91330108MA2ABC12X7"
SAYING_BRANCH = [
    {"name": BRANCH},
    {"name": BRANCH, "credit_code": OF_BRANCH},
    {"name": BRANCH, "province": "浙江省"},
    {"name": f"{BRANCH}（公章）"},
]


def test_a_registered_branch_stands_for_its_parent_as_others_do(register, asked, tmp_path):
    branch = {"credit_code": OF_BRANCH, "name": BRANCH, "status": "alive"}
    schema = pa.schema(dict.fromkeys(COLUMNS, pa.string()))
    rows = identify(pa.RecordBatch.from_pylist([branch], schema=schema))
    alone = tmp_path / "branch.parquet"
    pq.write_table(pa.Table.from_batches([rows]), alone)
    columns = ("enterprise_id", "link_role")

    def answered(*tables, **again):
        return set(asked(SAYING_BRANCH, *tables, **again).select(columns).rows())

    whole = answered(register, alone)
    assert whole == {("91330100MA2ABC12X3", "branch")} == answered(register)
    # Whose parent is in no register is that branch itself, until the parent comes.
    assert answered(alone) == {(OF_BRANCH, "self")}
    assert answered(alone, register, come=[register]) == whole

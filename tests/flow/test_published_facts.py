"""The published example through `reli facts`, against what the publication says in prose."""

import csv
import json
from collections import defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reli.cli.app import app
from reli.insight.places import gazetteer

EXAMPLE = Path(__file__).parents[2] / "examples" / "published-2024" / "sources"

SLIPS_OF_COUNTS = {
    # line of the publication: what the prose says and the tables do not
    ("综合", 414): "湖南, 安徽, 河南 have exactly 2, not more",
    ("高端装备制造", 673): "深圳 is second with 北京 and 上海",
    ("高端装备制造", 675): "广州 is fifth, not third",
    ("新一代信息技术", 2617): "江苏 is third with 四川",
}

SLIPS_OF_ABSENCE = {
    # industry: (absent and not said, said absent and present)
    "节能环保": ({"新疆维吾尔自治区"}, set()),
    "数字创意": ({"广西壮族自治区"}, {"甘肃省"}),
    "新材料": ({"云南省"}, set()),
    "新一代信息技术": ({"河北省"}, {"贵州省"}),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    out = tmp_path_factory.mktemp("facts") / "facts.json"
    outcome = CliRunner().invoke(app, ["facts", str(EXAMPLE / "score.csv"), str(out), "--quiet"])
    assert outcome.exit_code == 0, outcome.output
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def prose(shared_dir):
    path = shared_dir / "seed" / "published_leaders.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ranks(counts):
    """Rank of each count by competition: 8, 8, 6 are 1, 1, 3."""
    return {
        key: 1 + sum(other > count for other in counts.values()) for key, count in counts.items()
    }


def test_the_example_is_the_published_table(shared_dir):
    path = shared_dir / "seed" / "published_top100.csv"
    with path.open(encoding="utf-8", newline="") as file:
        published = [(*list(row.values())[:5], float(row["index"])) for row in csv.DictReader(file)]
    with (EXAMPLE / "score.csv").open(encoding="utf-8", newline="") as file:
        ours = [(*list(row.values())[:5], float(row["index"])) for row in csv.DictReader(file)]
    assert len(ours) == 900
    assert sorted(ours) == sorted(published)


def test_shape(found):
    assert list(found) == [
        "综合",
        "高端装备制造",
        "节能环保",
        "生物医药",
        "数字创意",
        "新材料",
        "新能源汽车",
        "新能源",
        "新一代信息技术",
    ]
    for facts in found.values():
        assert list(facts) == ["top10", "provinces", "absent", "cities"]
        assert sum(facts["provinces"].values()) == 100
        # No county of the published lists is run directly by a province.
        assert sum(facts["cities"].values()) == 100
        assert len(facts["provinces"]) + len(facts["absent"]) == 31


def test_top_tens_agree_with_the_prose(found, prose):
    said = defaultdict(list)
    for row in prose:
        if row["indicator"] == "热力值指数":
            said[row["industry"]].append(row["city"] + row["county"])
    assert said == {industry: facts["top10"] for industry, facts in found.items()}


def test_counts_and_places_agree_but_for_the_known_slips(found, prose):
    differing = set()
    for row in prose:
        if row["statement"] == "count" and not _holds(row, found[row["industry"]]):
            differing.add((row["industry"], int(row["line"])))
    assert differing == set(SLIPS_OF_COUNTS)


def _holds(row, facts):
    if row["scope"] == "province":
        key, counts = row["province"], facts["provinces"]
    else:
        key, counts = f"{row['province']}/{row['city']}", facts["cities"]
    said = row["breakdown"].split(";")[0].removeprefix("TOP100区县数量:")
    if said.startswith(">"):
        return counts[key] > int(said[1:])
    place = ranks(counts)[key]
    is_tied = list(counts.values()).count(counts[key]) > 1
    return (
        counts[key] == int(said)
        and place == int(row["position"])
        and (is_tied == (row["tied"] == "1"))
    )


def test_absent_provinces_agree_but_for_the_known_slips(found, prose):
    said = defaultdict(set)
    for row in prose:
        if row["statement"] == "absent":
            said[row["industry"]].add(row["province"])
    slips = {
        industry: (set(facts["absent"]) - said[industry], said[industry] - set(facts["absent"]))
        for industry, facts in found.items()
        if set(facts["absent"]) != said[industry]
    }
    assert slips == SLIPS_OF_ABSENCE


def test_slips_in_place_names_are_seen_through(prose):
    corrected = set()
    for row in prose:
        if row["scope"] == "county":
            city, county = _halves(row["as_printed"])
            found = gazetteer().by_names(county, city, row["province"])
            # 南山区 and 宝安区 stand without their city in line 2663; the province is enough.
            assert found.place.division_code == row["division_code"]
            if found.correction:
                corrected.add(int(row["line"]))
    assert corrected == {721, 1248, 1839, 2117, 2375}


def _halves(printed):
    """City and county of a printed name; the city is empty where only a county is printed."""
    end = printed.index("市") + 1 if "市" in printed[:-1] else 0
    return printed[:end], printed[end:]


def test_output_is_the_same_every_time(tmp_path):
    written = []
    for name in ("a.json", "b.json"):
        CliRunner().invoke(app, ["facts", str(EXAMPLE / "score.csv"), str(tmp_path / name)])
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_a_damaged_line_is_kept_apart(tmp_path):
    scores = tmp_path / "scores.csv"
    text = (EXAMPLE / "score.csv").read_text(encoding="utf-8")
    scores.write_text(text + "综合,101,多余\n", encoding="utf-8")
    outcome = CliRunner().invoke(app, ["facts", str(scores), str(tmp_path / "f.json")])
    assert outcome.exit_code == 1
    assert "902" in (tmp_path / "f.json.rejected.csv").read_text(encoding="utf-8")

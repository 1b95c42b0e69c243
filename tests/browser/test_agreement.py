"""The browser and the Python package score and rank alike, under 1,000 random weightings."""

from base64 import b64decode

import numpy as np
import polars as pl
import pytest
from tests.browser.chromium import chromium

from reli.web.release import Release
from reli.web.rerank import reranker

WEIGHTINGS = 1000
CASES = (
    ("综合", "published", "arithmetic", 400),
    ("综合", "published", "geometric", 250),
    ("新一代信息技术", "hurdle_rank", "arithmetic", 200),
    ("高端装备制造", "minmax", "geometric", 150),
)
assert sum(case[3] for case in CASES) == WEIGHTINGS

ASK = """
async ({place, kind, mean, weightings}) => {
  const { data, ranks } = window.ReliLab;
  const index = await data.loadIndex(place);
  const engine = index.engine(kind);
  const published = index.publishedWeights();
  const all = new Float64Array(2 * engine.size * weightings.length);
  weightings.forEach((own, k) => {
    const weights = Object.fromEntries(
      Object.keys(published).map((code) => [code, published[code] * (own[code] ?? 1)]));
    const scores = engine.score(weights, mean);
    all.set(ranks(scores, index.isNumbered), 2 * k * engine.size);
    all.set(scores, (2 * k + 1) * engine.size);
  });
  // The bits themselves: the way of numbers through JSON is long.
  let text = '';
  const bytes = new Uint8Array(all.buffer);
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return btoa(text);
}
"""


@pytest.fixture(scope="module")
def page(synthetic):
    with chromium() as browser:
        found = browser.new_page(bypass_csp=True)
        found.goto((synthetic / "out" / "site" / "index.html").as_uri())
        found.wait_for_function("window.ReliLab")
        yield found


def told(page, question):
    """Ranks and scores by weighting, as the browser has them."""
    numbers = np.frombuffer(b64decode(page.evaluate(ASK, question)), dtype="<f8")
    return numbers.reshape(len(question["weightings"]), 2, -1)


@pytest.mark.parametrize(("industry", "kind", "mean", "count"), CASES)
def test_ranks_are_identical_and_scores_agree(page, synthetic, industry, kind, mean, count):
    release = Release(synthetic / "out" / "datapackage")
    lab = reranker(release, industry, kind)
    rng = np.random.default_rng(20240611)
    codes = [node.code for node in lab.framework.nodes]
    tolerance = 1e-12 if mean == "arithmetic" else 1e-9
    for start in range(0, count, 50):
        drawn = rng.random((50, len(codes))) * 2
        weightings = [dict(zip(codes, row.tolist(), strict=True)) for row in drawn]
        question = {
            "place": release.industries.index(industry),
            "kind": kind,
            "mean": mean,
            "weightings": weightings,
        }
        answers = told(page, question)
        for own, (ranks, found) in zip(weightings, answers, strict=True):
            expected = lab.scores(own, mean)
            assert np.array_equal(np.isnan(found), np.isnan(expected)), start
            np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-13)
            places = np.nan_to_num(lab.ranks_of(expected), nan=0.0).astype(int)
            assert np.array_equal(places, ranks), start


def test_published_ranks_are_those_of_the_published_weights(page, synthetic):
    release = Release(synthetic / "out" / "datapackage")
    for place, industry in enumerate(release.industries):
        lab = reranker(release, industry, "published")
        question = {"place": place, "kind": "published", "mean": "arithmetic", "weightings": [{}]}
        [[ranks, _]] = told(page, question)
        assert ranks.tolist() == [rank or 0 for rank in lab.published]


WORTH = """
async (place) => {
  const { data, profile } = window.ReliLab;
  const index = await data.loadIndex(place);
  const found = [];
  for (const unit of data.units) {
    if (Number.isNaN(index.index[unit.place])) continue;
    for (const row of profile.rowsOf(index, unit, [], [])) {
      const cells = [row.points, row.gain, row.gain > 0 ? row.places : 0, row.rank];
      found.push([unit.code, row.node.code, ...cells.map((x) => (Number.isNaN(x) ? null : x))]);
    }
  }
  return found;
}
"""


def test_what_a_profile_computes_is_what_the_package_says(page, synthetic):
    """Of every unit in every index: points, what one more is worth, rank on each indicator."""
    release = Release(synthetic / "out" / "datapackage")
    margins, profiles = release.tables["margins"], release.tables["profile"]
    compared = 0
    for place, industry in enumerate(release.industries):
        columns = ["division_code", "indicator", "own_points", "gain", "own_places", "own_rank"]
        told = pl.DataFrame(
            page.evaluate(WORTH, place), schema=columns, orient="row", infer_schema_length=None
        )
        of = pl.col("industry") == industry
        keys = ["division_code", "indicator"]
        both = told.join(margins.filter(of), on=keys, how="left").join(
            profiles.filter(of).select(*keys, "rank", "contribution"), on=keys, how="left"
        )
        assert both["rank"].fill_null(0).to_list() == both["own_rank"].to_list()
        for own, expected in (("gain", "points"), ("own_points", "contribution")):
            x, y = (both[name].cast(pl.Float64) for name in (own, expected))
            assert x.is_null().to_list() == y.is_null().to_list(), own
            np.testing.assert_allclose(x.drop_nulls(), y.drop_nulls(), rtol=1e-9, atol=1e-9)
        ranked = both.filter(pl.col("places").is_not_null())
        assert ranked["places"].to_list() == ranked["own_places"].to_list()
        compared += ranked.height
    assert compared > 10_000

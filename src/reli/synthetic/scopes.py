"""Business scopes in the forms of registers, composed of clauses that plant what they say."""

import numpy as np
import polars as pl

from reli.synthetic.draw import Ints, choose, gather, share, stream
from reli.synthetic.population import Country
from reli.synthetic.words import words

__all__ = ["Scopes"]

_LISTED, _PLAIN, _VERBS_AHEAD, _VERBS_BEHIND = range(4)
_SHARES = (0.55, 0.21, 0.14, 0.10)
_BY_LICENCE = "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
_FREELY = "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"
_VERBS = ("生产、加工、销售：", "生产、销售：", "制造、销售：", "研发、生产、销售：")
_TRADE = ("销售", "批发", "零售", "租赁")


class Scopes:
    """Scopes of a country's enterprises."""

    def __init__(self, country: Country) -> None:
        self._country = country
        work = country.work
        self._items = pl.Series([row.item for row in work.rows])
        self._things = pl.Series([row.thing for row in work.rows])
        self._side_items = pl.Series(work.side_items)
        self._side_things = pl.Series(work.side_things)
        self._decoys = pl.Series(work.decoys)
        groups = words().groups
        self._trade_group, self._making_group = groups.index("F"), groups.index("C")

    def of(self, rows: Ints) -> pl.Series:
        """Scopes of enterprises."""
        rng = stream(self._country.seed, "scopes", self._country.part)
        size = len(rows)
        activity = self._country.activity[rows]
        side, other = (self._country.work.sides.draw(rng, activity) for _ in range(2))
        other = np.where(other == side, -1, other)
        thing = self._things.gather(activity)
        form = np.where((thing == "").to_numpy(), _LISTED, choose(rng, _SHARES, size))
        form = np.where((form == _LISTED) & share(rng, 0.3, size), _PLAIN, form)
        frame = pl.DataFrame(
            {
                "form": form,
                "item": self._items.gather(activity),
                "thing": thing,
                "side": _at(self._side_items, side, share(rng, 0.7, size)),
                "other": _at(self._side_items, other, share(rng, 0.4, size)),
                "side_thing": _at(self._side_things, side, share(rng, 0.7, size)),
                "boilerplate": _sometimes(rng, words().boilerplate, 0.45, size),
                "permit": _sometimes(rng, words().permits, 0.15, size),
                "sold": self._sold(rng, rows),
                "verbs": gather(_VERBS, rng.integers(0, len(_VERBS), size)),
            }
        )
        own = pl.when(pl.col("side") != pl.col("item")).then("side").alias("side")
        other_thing = pl.when(pl.col("side_thing") != pl.col("thing")).then("side_thing")
        frame = frame.with_columns(own, other_thing.alias("side_thing"))
        return frame.select(_composed()).to_series()

    def _sold(self, rng: np.random.Generator, rows: Ints) -> pl.Series:
        """Products of emerging industries that are sold or let, not made: nothing is planted."""
        group = self._country.group[rows]
        part = np.where(
            group == self._trade_group, 0.15, np.where(group == self._making_group, 0.04, 0.01)
        )
        is_there = rng.random(len(rows)) < part
        product = self._decoys.gather(rng.integers(0, len(self._decoys), len(rows)))
        verb = gather(_TRADE, choose(rng, (0.7, 0.12, 0.1, 0.08), len(rows)))
        return (product + verb).set(pl.Series(~is_there), None)


def _at(texts: pl.Series, positions: Ints, wanted: np.ndarray) -> pl.Series:
    text = texts.gather(np.maximum(positions, 0))
    text = text.set(pl.Series((positions < 0) | ~wanted), None)
    return text.set(text == "", None)


def _sometimes(
    rng: np.random.Generator, texts: tuple[str, ...], part: float, size: int
) -> pl.Series:
    text = gather(texts, rng.integers(0, len(texts), size))
    return text.set(pl.Series(~share(rng, part, size)), None)


def _joined(separator: str, *names: str) -> pl.Expr:
    return pl.concat_str(*names, separator=separator, ignore_nulls=True)


def _composed() -> pl.Expr:
    permit = pl.format("许可项目：{}" + _BY_LICENCE + "。", "permit")
    listed = pl.concat_str(
        pl.lit("一般项目："),
        _joined("；", "item", "boilerplate", "side", "sold", "other"),
        pl.lit(_FREELY + "。"),
        permit,
        ignore_nulls=True,
    )
    plain = pl.concat_str(
        _joined("；", "side", "item", "sold", "other", "permit"), pl.lit("。" + _BY_LICENCE)
    )
    things = _joined("、", "thing", "side_thing")
    rest = pl.concat_str(
        pl.lit("。"), pl.concat_str("sold", pl.lit("。"), ignore_nulls=False), ignore_nulls=True
    )
    ahead = pl.concat_str("verbs", things, rest)
    behind = pl.concat_str(things, pl.lit("的研发、生产和销售"), rest)
    found = listed
    for form, text in ((_PLAIN, plain), (_VERBS_AHEAD, ahead), (_VERBS_BEHIND, behind)):
        found = pl.when(pl.col("form") == form).then(text).otherwise(found)
    return found

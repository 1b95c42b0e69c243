"""The register: vendors' columns with planted defects, and beside them the truth."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from reli.synthetic.addresses import Addresses
from reli.synthetic.codes import CreditCodes
from reli.synthetic.defects import further_down
from reli.synthetic.draw import Flags, Ints, choose, gather, share, stream
from reli.synthetic.names import Names
from reli.synthetic.population import KINDS, Country
from reli.synthetic.scopes import Scopes
from reli.synthetic.spellings import BAD_DATES, amounts, dates, days

__all__ = ["COLUMNS", "Part", "Register"]

COLUMNS = (
    "企业名称", "统一社会信用代码", "曾用名", "注册地址", "登记机关", "所属省份", "所属城市",
    "国民经济行业", "经营范围", "成立日期", "注销日期", "登记状态", "注册资本", "参保人数",
    "企业类型",
)  # fmt: skip

_REPEATED = 0.003
_BROKEN = 0.012
_BAD_DATE = 0.004

_ALIVE = (
    "存续（在营、开业、在册）", "在业", "开业", "存续", "在营（开业）企业", "迁出", "停业", "清算",
)  # fmt: skip
_ALIVE_SHARES = (0.45, 0.2, 0.13, 0.15, 0.04, 0.015, 0.01, 0.005)
_ENDED = ("注销", "吊销，未注销", "吊销", "已注销", "撤销")
_ENDED_SHARES = (0.74, 0.13, 0.06, 0.06, 0.01)
_TYPES = (
    (
        "有限责任公司(自然人投资或控股)",
        "有限责任公司",
        "有限责任公司(自然人独资)",
        "股份有限公司(非上市)",
    ),
    ("有限责任公司分公司", "分公司", "股份有限公司分公司", "有限责任公司分公司(自然人投资或控股)"),
    ("个体工商户", "个体户", "个体工商户", "个体"),
    ("农民专业合作社",) * 4,
    ("个人独资企业",) * 4,
)
_CLASS_FORMS = ("code", "class_name", "group_name", "division_name", "empty")
_CLASS_SHARES = (0.62, 0.15, 0.05, 0.03, 0.15)


@dataclass(frozen=True)
class Part:
    """Some rows of the register."""

    rows: pl.DataFrame
    """COLUMNS, as a vendor writes them."""
    truth: pl.DataFrame
    """Row for row what was planted."""
    short: tuple[tuple[int, str], ...]
    """Lines with a wrong number of fields: (row before which it stands, text)."""


class Register:
    """The register of a part of a country."""

    def __init__(self, country: Country, names: Names, codes: CreditCodes) -> None:
        self._country = country
        self._names = names
        self._codes = codes
        self._addresses = Addresses(country)
        self._scopes = Scopes(country)
        work = country.work
        self._planted = pl.Series(["|".join(row.industries) for row in work.rows])
        self._products = pl.Series([row.product for row in work.rows])
        self._classes = pl.Series([row.gb4754_code for row in work.rows])
        code_names = [
            (row.gb4754_code, work.names[row.gb4754_code], work.names[row.gb4754_code[:3]],
             work.names[row.gb4754_code[:2]], "")
            for row in work.rows
        ]  # fmt: skip
        self._class_texts = pl.Series([text for texts in code_names for text in texts])

    def written(self) -> Part:
        """Its rows, as a vendor writes them."""
        rng = stream(self._country.seed, "register", self._country.part)
        frame, truth = self._cells(rng, np.arange(self._country.size))
        order, is_repeat = _with_repeats(rng, frame["统一社会信用代码"], truth["defects"])
        truth = truth[order].with_columns(pl.Series("is_repeated", is_repeat))
        frame = frame[order]
        return Part(frame, truth, _short_lines(rng, frame))

    def _cells(self, rng: np.random.Generator, rows: Ints) -> tuple[pl.DataFrame, pl.DataFrame]:
        country = self._country
        activity, kind = country.activity[rows], country.kind[rows]
        place = self._addresses.of(rows)
        code = self._codes.of(rows)
        name = self._names.current(rows)
        former = self._names.former(rows)
        capital = amounts(rng, len(rows))
        class_form = choose(rng, _CLASS_SHARES, len(rows))
        shown_code, code_defect = _broken(rng, code, country.first + rows)
        founded, is_bad_date = _founded(rng, country.founded[rows])
        status = _status(rng, country.ended[rows])
        frame = pl.DataFrame(
            {
                "企业名称": _disfigured(rng, name),
                "统一社会信用代码": shown_code,
                "曾用名": former.fill_null(gather(("", "", "-"), rng.integers(0, 3, len(rows)))),
                "注册地址": place.address,
                "登记机关": place.authority,
                "所属省份": place.province,
                "所属城市": place.city,
                "国民经济行业": self._class_texts.gather(activity * len(_CLASS_FORMS) + class_form),
                "经营范围": self._scopes.of(rows),
                "成立日期": founded,
                "注销日期": dates(rng, country.ended[rows]),
                "登记状态": status,
                "注册资本": capital.text,
                "参保人数": _insured(rng, country.ended[rows]),
                "企业类型": gather(_flat(_TYPES), 4 * kind + rng.integers(0, 4, len(rows))),
            }
        )
        truth = pl.DataFrame(
            {
                "enterprise": country.first + rows,
                "credit_code": code,
                "name": name,
                "former_name": former,
                "division_code": gather(country.land.codes, country.unit[rows]),
                "address_form": place.form,
                "is_placeable": place.is_placeable,
                "industries": self._planted.gather(activity),
                "product": self._products.gather(activity),
                "gb4754_code": self._classes.gather(activity),
                "class_form": gather(_CLASS_FORMS, class_form),
                "kind": gather(KINDS, kind),
                "is_counted": country.is_counted[rows],
                "founded_date": days(country.founded[rows]),
                "ended_date": days(country.ended[rows]),
                "registered_capital_cny": capital.yuan,
                "defects": _defects(code_defect, is_bad_date, capital.is_foreign),
            }
        )
        return frame, truth


def _flat(lists: tuple[tuple[str, ...], ...]) -> list[str]:
    return [text for each in lists for text in each]


def _broken(rng: np.random.Generator, code: pl.Series, rows: Ints) -> tuple[pl.Series, pl.Series]:
    """Codes as they are written, and what is wrong with them ("" where nothing is)."""
    forms = (
        "",
        "code_check",
        "code_letter_o",
        "code_masked",
        "code_short",
        "code_old_number",
        "code_missing",
    )
    shares = (1 - _BROKEN, *(_BROKEN * part for part in (0.2, 0.15, 0.15, 0.1, 0.2, 0.2)))
    form = choose(rng, shares, len(code))
    frame = pl.DataFrame(
        {
            "form": form,
            "code": code,
            "row": rows,
            "style": choose(rng, (0.96, 0.02, 0.01, 0.01), len(code)),
        }
    )
    text = pl.col("code")
    # Another check digit than the right one: the same letter again would be luck.
    other = pl.when(text.str.ends_with("0")).then(pl.lit("1")).otherwise(pl.lit("0"))
    number = pl.concat_str(text.str.slice(2, 6), pl.col("row").cast(pl.String).str.zfill(9))
    written = {
        1: pl.concat_str(text.str.slice(0, 17), other),
        2: pl.concat_str(text.str.slice(0, 1), pl.lit("O"), text.str.slice(2)),
        3: pl.concat_str(text.str.slice(0, 8), pl.lit("****"), text.str.slice(12)),
        4: text.str.slice(0, 17),
        5: number,
        6: pl.lit(""),
    }
    found: pl.Expr = _styled(text)
    for at, expression in written.items():
        found = pl.when(pl.col("form") == at).then(expression).otherwise(found)
    return frame.select(found).to_series(), gather(forms, form)


def _styled(text: pl.Expr) -> pl.Expr:
    """Right codes in lower case, with spaces or with their label."""
    spaced = pl.concat_str(text.str.slice(0, 8), pl.lit(" "), text.str.slice(8))
    labelled = pl.concat_str(pl.lit("统一社会信用代码："), text)
    style = pl.col("style")
    lower = pl.when(style == 1).then(text.str.to_lowercase())
    return lower.when(style == 2).then(spaced).when(style == 3).then(labelled).otherwise(text)


def _founded(rng: np.random.Generator, founded: Ints) -> tuple[pl.Series, Flags]:
    text = dates(rng, founded)
    is_bad = share(rng, _BAD_DATE, len(founded))
    bad = gather(BAD_DATES, rng.integers(0, len(BAD_DATES), len(founded)))
    return bad.zip_with(pl.Series(is_bad), text), is_bad


def _status(rng: np.random.Generator, ended: Ints) -> pl.Series:
    alive = gather(_ALIVE, choose(rng, _ALIVE_SHARES, len(ended)))
    dead = gather(_ENDED, choose(rng, _ENDED_SHARES, len(ended)))
    return dead.zip_with(pl.Series(ended >= 0), alive)


def _insured(rng: np.random.Generator, ended: Ints) -> pl.Series:
    """Numbers of insured employees: most few or none, some very many."""
    number = pl.Series(np.floor(rng.lognormal(0.8, 1.6, len(ended))).astype(np.int64)).cast(
        pl.String
    )
    is_missing = (ended >= 0) | share(rng, 0.25, len(ended))
    nothing = gather(("", "-", "0", "N/A"), rng.integers(0, 4, len(ended)))
    return nothing.zip_with(pl.Series(is_missing), number)


def _disfigured(rng: np.random.Generator, name: pl.Series) -> pl.Series:
    """Names with a space within or half-width brackets, in some rows."""
    frame = pl.DataFrame({"name": name, "form": choose(rng, (0.985, 0.005, 0.01), len(name))})
    spaced = pl.concat_str(pl.col("name").str.slice(0, 4), pl.lit(" "), pl.col("name").str.slice(4))
    narrow = pl.col("name").str.replace_many(["（", "）"], ["(", ")"])
    form = pl.col("form")
    found = pl.when(form == 1).then(spaced).when(form == 2).then(narrow).otherwise("name")
    return frame.select(found).to_series()


def _defects(code: pl.Series, is_bad_date: Flags, is_foreign: Flags) -> pl.Series:
    frame = pl.DataFrame({"code": code, "bad_date": is_bad_date, "foreign": is_foreign})
    parts = (
        pl.when(pl.col("code") != "").then("code"),
        pl.when("bad_date").then(pl.lit("bad_date")),
        pl.when("foreign").then(pl.lit("foreign_capital")),
    )
    return frame.select(pl.concat_str(*parts, separator="|", ignore_nulls=True)).to_series()


def _with_repeats(
    rng: np.random.Generator, code: pl.Series, defects: pl.Series
) -> tuple[Ints, Flags]:
    """Order of rows in which some stand twice, the second time further down."""
    good = np.flatnonzero(((code != "") & ~defects.str.contains("code")).to_numpy())
    again = rng.choice(good, max(1, int(len(code) * _REPEATED)), replace=False)
    order = further_down(rng, len(code), again)
    return np.concatenate([np.arange(len(code)), again])[order], order >= len(code)


def _short_lines(rng: np.random.Generator, frame: pl.DataFrame) -> tuple[tuple[int, str], ...]:
    """Lines torn off, or with a field too many, as exports cut by hand have them."""
    count = max(2, len(frame) // 20_000)
    before = sorted(rng.choice(np.arange(1, len(frame)), count, replace=False).tolist())
    lines = []
    for number, at in enumerate(before):
        name, code = frame["企业名称"][at], frame["统一社会信用代码"][at]
        # An empty field behind the last would be no fault.
        torn = f"{name},{code},," if number % 2 == 0 else f"{name}{',' * len(COLUMNS)}{name}"
        lines.append((int(at), torn))
    return tuple(lines)

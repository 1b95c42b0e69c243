"""Business scopes as items, each with what its verbs say: making, or only dealing.

Columns in, columns out: no loop over rows. A sentence is a list of items between 、 and commas.
Verbs stand in front (生产、销售：甲、乙; 生产甲、乙), behind (甲、乙的生产、销售), or at each item
(甲制造、乙销售).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.finder import Finder
from reli.classification.products import SERVICE_WORDS

__all__ = [
    "Words",
    "counting_in_items",
    "may_count",
    "plain_scope",
    "shortest",
    "tidy_scope",
    "without_formulas",
]

MAKING = (
    "生产|制造|加工|研发|研制|研究|开发|设计|组装|装配|集成|制作|制备|提取|提炼|冶炼|培育|运营|产销|自产"
    "|精制|合成|封装|总装|建造|摄制|改装"
)
DEALING = (
    "销售|批发|零售|购销|经销|代理|进出口|出口|进口|贸易|租赁|出租|咨询|代购|代销|专卖|经营|批零|营销|采购"
    "|分销|收购|回收|买卖|维修|修理|安装|维护|检修|保养|仓储|运输|配送|转让|推广|交流|中介|经纪|展览"
    "|培训|调试"
)
_NOUNS = """
    生产线 生产资料 生产设备 生产基地 生产用 加工设备 加工机械 加工技术 研发中心 研究院 制造业
    制造设备 制造技术 运营商 开发区 服务器 设计院 设计软件 经营管理 经营场所 合成树脂 合成纤维
    合成橡胶 合成材料 合成革 提取物 冶炼设备 制作软件 集成电路 开发票 研究服务 组装件 房地产开发
    生产性 加工贸易
""".split()  # noqa: SIM905
"""Words that contain a verb and are none."""

_HIGH, _LOW, _BASE = 0xE000, 0xE400, 0x400
"""Two characters of private use stand for a word in a masked clause."""
_PRODUCT = f"[{chr(_HIGH)}-{chr(_LOW - 1)}]"
_FILLER, _BLANK = "■", "□"

_JOINS = "(?:和|及|与|或|以及|并|兼|、|/)?"
_VERB = f"(?:{MAKING}|{DEALING})"
_VERBS = f"(?:{_VERB}{_JOINS})+"

_OTHER_THINGS = (
    "^(?:类|用|式)?(?:玩具|模型|教具|教育|培训|包装|外壳|壳体|机箱|机柜|贴膜|保护套|清洗剂|模具|治具|夹具"
    "|生产设备|加工设备|生产线|自动化设备|表演|航拍|植保|竞赛|科普|体验"
    "|座套|座垫|坐垫|脚垫|内饰|饰品|装饰|用品|小食|零食"
    "|(?:塑料|塑胶|注塑|五金|冲压|钣金)件|充值|点卡|周边|手办|焊接(?:加工)?[、,]?$)"
)
"""What makes an attribute of the word before it: 无人机玩具 is a toy, 锂电池生产设备 no battery."""

_REMARKS = (
    ("【", r"【[^】]*】"),
    (
        r"[(\[]",
        r"[(\[](?:依法|不含|不包括|除|须经|凭|按|法律|限|上述|以上|涉及|国家|仅|另设|筹建|含|不得|未经|具体)"
        r"[^()\[\]]*[)\]]",
    ),
    ("除外", r"[(\[][^()\[\]]*除外[)\]]"),
    ("不[含包得]", r"(?:不含|不包括|不得从事)[^,，;；。)]*"),
    ("除外", r"[^,，;；。:：、]+除外"),
    ("除", r"除[^,，;；。]*外"),
    ("筹[建备]", r"[^,，;；。:：]*(?:项目|厂|基地)的?筹(?:建|备)(?:工作)?"),
    ("筹[建备]", r"(?:^|[,;。])筹(?:建|备)[^;。]*"),
    ("[:：]", r"(?:一般|许可)(?:经营)?(?:项目|事项)[:：]|(?:经营范围|主营|兼营)[:：]"),
)
"""What is no part of the business, one after another: a sign that it may be there, and itself."""

_FORMULAS = (
    "[（(](?:依法须经批准的项目，经相关部门批准后方可开展经营活动"
    "|除依法须经批准的项目外，凭营业执照依法自主开展经营活动)[)）]"
)
"""The remarks that end most scopes, as they are written; in other forms they go with the others."""

_HEAD_OF_DEALING = (
    f"((?:^|[,;:、])[^,;:、]*[^,;:、{''.join(sorted({*MAKING} - {'|'}))}](?:{MAKING})),"
    f"((?:{DEALING})(?:{_JOINS}(?:{DEALING}))*:)"
)
"""A new sentence: 塑料制品制造,销售:五金 makes no hardware; 研发、生产,销售:五金 does."""
_STOPS = f"。.；*★◆{chr(_HIGH)}-{chr(_LOW + _BASE - 1)}"
"""What divides sentences beside a semicolon, and what must not be taken for a masked word."""
_BOILERPLATE = "(^|[、,;:])技术(?:服务|开发|咨询|交流|转让|推广)"
"""By itself; 生物技术推广服务 is none."""


_WIDE, _NARROW = "，；：（）", ",;:()"
"""Marks that nearly every scope has, and what NFKC makes of them; to normalise all is slow."""
_ODD = f"[^\x21-\x7e\u3001-\u3011\u4e00-\u9fff“”‘’—·{_WIDE}]"
"""What else NFKC may change, and spaces."""


def without_formulas(scopes: pl.Series) -> pl.Series:
    """Scopes without the usual remarks in brackets: of many half the text, and soon found."""
    return scopes.str.replace_all(_FORMULAS, "")


def plain_scope(scopes: pa.Array) -> pl.Series:
    """NFKC, without spaces and line breaks; nothing where nothing is said."""
    series = pl.Series("scope", scopes.cast(pa.large_string()), dtype=pl.String).fill_null("")
    rows = series.str.contains(_ODD).arg_true()
    plain = series.str.replace_many(list(_WIDE), list(_NARROW))
    return plain if rows.is_empty() else plain.scatter(rows, _normal(series.gather(rows)))


def _normal(scopes: pl.Series) -> pl.Series:
    text = pc.utf8_normalize(scopes.to_arrow().cast(pa.large_string()), form="NFKC")
    return pl.Series(text, dtype=pl.String).str.replace_all(r"\s+", "")


def tidy_scope(scopes: pl.Series) -> pl.Series:
    """Plain scopes without remarks in brackets and boilerplate; commas and stops made alike."""
    for sign, remark in _REMARKS:
        scopes = _replaced(scopes, sign, remark, "")
    scopes = _replaced(scopes, f"[{_STOPS}]|;;", f"[;{_STOPS}]+", ";")
    scopes = _replaced(scopes, f",(?:{DEALING})[^,;]*:", _HEAD_OF_DEALING, "${1};${2}")
    return scopes.str.replace_all(_BOILERPLATE, "$1")


def _replaced(scopes: pl.Series, sign: str, pattern: str, value: str) -> pl.Series:
    """Scopes with a pattern replaced; most lack its sign, which is found much quicker."""
    has_sign = scopes.str.contains(sign).fill_null(False)
    some = scopes.filter(has_sign).str.replace_all(pattern, value)
    return scopes.scatter(has_sign.arg_true(), some) if len(some) else scopes


@dataclass(frozen=True)
class Words:
    """Words to be found in clauses, and what hides them; longest first."""

    terms: pl.DataFrame
    """term, word: its two characters in a masked clause."""
    signs: list[str]
    """What a scope with a term has at least."""
    hidden: list[str]
    masks: list[str]
    """As long as what they hide, so that places in the text stay."""

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.hidden)

    @cached_property
    def _is_product(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.array([mask[0] != _BLANK for mask in self.masks])

    def masked(self, clauses: pl.DataFrame) -> pl.DataFrame:
        """Of clauses those with a product, and as `masked` their texts with all words hidden."""
        found = self._finder.find(clauses["clause"])
        rows = np.unique(found.rows[self._is_product[found.words]])
        # Of these words alone an automaton is soon made; which count at a place is the same.
        there = [*map(int, np.unique(found.words))]
        hidden, masks = ([words[at] for at in there] for words in (self.hidden, self.masks))
        text = pl.col("clause")
        masked = text.str.replace_many(hidden, masks, leftmost=True) if hidden else text
        return clauses[rows].with_columns(masked=masked)

    @classmethod
    def of(cls, products: Sequence[str], names: Sequence[str]) -> "Words":
        """Words for products.

        Args:
            products: what they contain is no verb (集成电路, 合成树脂).
            names: of classes; no product stands within them, and no verb.
        """
        blanks = {word: _BLANK * len(word) for word in (*_NOUNS, *names)}
        words = [_word(number) for number in range(len(products))]
        masks = blanks | {
            product: word + _FILLER * (len(product) - len(word))
            for product, word in zip(products, words, strict=True)
        }
        hidden = sorted(masks, key=lambda term: (-len(term), term))
        terms = pl.DataFrame({"term": list(products), "word": words})
        return cls(terms, shortest(products), hidden, [masks[word] for word in hidden])


def shortest(words: Sequence[str]) -> list[str]:
    """Words that contain no other of them: a text has one of these if it has any."""
    known = set(words)
    return [word for word in words if not any(part in known for part in _parts(word))]


def _parts(word: str) -> Iterator[str]:
    for size in range(2, len(word)):
        yield from (word[at : at + size] for at in range(len(word) - size + 1))


def _word(number: int) -> str:
    high, low = divmod(number, _BASE)
    return chr(_HIGH + high) + chr(_LOW + low)


def counting_in_items(rows: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Words in the items of tidied scopes that are more than dealt in, and no attributes."""
    named = _named_in_items(rows, words)
    return named.filter(~pl.col("is_dealt") | pl.col("is_made"), ~_is_attribute())


def _named_in_items(rows: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Words in the items of scopes, each with the verbs that govern it.

    Args:
        rows: row, class (empty where none is given), scope (tidied).
        words: what is looked for; of two at one place the longer.

    Returns:
        row, class, clause (the sentence), item, term, is_made (a verb of making governs it),
        is_dealt (a verb of dealing does).
    """
    sentences = (
        rows.rename({"scope": "clause"})
        .with_columns(pl.col("clause").str.split(";"), may_head=_has_colon("clause"))
        .explode("clause")
        .filter(pl.col("clause") != "")
        .with_row_index("sentence")
    )
    told = pl.concat(
        [
            _with_heads(sentences.filter("may_head")),
            sentences.filter(~pl.col("may_head")).with_columns(head=pl.lit("")),
        ]
    )
    read = _read(told.select("clause", "head").unique(maintain_order=True), words)
    found = told.join(read, on=("clause", "head"), maintain_order="left_right")
    columns = ("row", "class", "clause", "item", "term", "is_made", "is_dealt")
    return found.sort("sentence", maintain_order=True).select(columns)


def _read(sentences: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Words in the items of sentences under heads, each sentence by itself: most recur."""
    # Boilerplate with an object is boilerplate still: 医疗器械的技术开发, 碳纤维利用技术研发.
    masked = words.masked(sentences.with_row_index("sentence")).with_columns(
        pl.col("masked").str.replace_all("技术[开研]发", "技术咨询")
    )
    items = _split(masked.filter(_may_matter()))
    named = _governed(items).filter(pl.col("masked").str.contains(_PRODUCT))
    found = named.with_columns(
        word=pl.col("masked").str.extract_all(f"{_PRODUCT}[{chr(_LOW)}-{chr(_LOW + _BASE - 1)}]")
    ).explode("word")
    columns = ("clause", "head", "item", "term", "is_made", "is_dealt")
    return found.join(words.terms, on="word", maintain_order="left").select(columns)


def _has_colon(column: str) -> pl.Expr:
    return pl.col(column).str.contains(":", literal=True)


def _may_matter() -> pl.Expr:
    """Sentences that only deal, in goods, are left at once: they are most."""
    said = pl.concat_str("head", "masked")
    makes = said.str.contains(MAKING) | pl.col("clause").str.contains(SERVICE_WORDS)
    return makes | ~said.str.contains(DEALING)


def _with_heads(sentences: pl.DataFrame) -> pl.DataFrame:
    """Verbs before a colon; a sentence without verbs stands under the head before it.

    生产：甲；乙；丙 makes all three.
    """
    head = pl.col("clause").str.extract(f"^([^:]{{0,20}}?{_VERB}[^:]{{0,12}}):", 1)
    own = pl.when(_has_colon("clause")).then(head)
    has_verbs = pl.col("clause").str.contains(_VERB)
    opened = sentences.with_columns(head=own).with_columns(
        head=pl.coalesce("head", pl.when(has_verbs).then(pl.lit("")))
    )
    # Of the sentences of one row: a window over rows would be much slower.
    first = pl.when(_changes("row")).then(_AT).forward_fill()
    said = pl.when(pl.col("head").is_not_null()).then(_AT).forward_fill()
    filled = pl.when(said >= first).then(pl.col("head").forward_fill())
    return opened.with_columns(head=filled.fill_null(""))


_AT = pl.int_range(pl.len())


def _changes(column: str) -> pl.Expr:
    """Whether a row begins another value of a column that is in order."""
    return (pl.col(column) != pl.col(column).shift(1)).fill_null(True)


def _split(sentences: pl.DataFrame) -> pl.DataFrame:
    """Items of sentences; `masked` and `clause` are cut at the same places."""
    starts = pl.col("masked").str.find(":", literal=True).is_not_null() & (pl.col("head") != "")
    body = sentences.with_columns(
        size=pl.when(starts).then(pl.col("head").str.len_chars() + 1).otherwise(0)
    ).with_columns(
        masked=pl.col("masked").str.slice(pl.col("size")),
        whole=pl.col("clause").str.slice(pl.col("size")),
    )
    # Terms with 、 of their own hide it in the mask: items are cut by length.
    items = (
        body.with_columns(pl.col("masked").str.extract_all("[^、,:|]+[、,:|]*"))
        .explode("masked")
        .filter(pl.col("masked").is_not_null())
        .with_columns(size=pl.col("masked").str.len_chars(), is_first=_changes("sentence"))
        .with_columns(passed=pl.col("size").cum_sum() - pl.col("size"))
    )
    at = pl.col("passed") - pl.when("is_first").then("passed").forward_fill()
    return items.with_columns(
        item=pl.col("whole").str.slice(at, pl.col("size")),
        place=_AT - pl.when("is_first").then(_AT).forward_fill(),
        bare=pl.col("masked").str.strip_chars_end("、,:|"),
    )


def _governed(items: pl.DataFrame) -> pl.DataFrame:
    """Which verbs govern each item: its own, those around it, or the head of its sentence."""
    items = _with_runs(_with_own_verbs(items))
    first = _AT - pl.col("place")
    last = pl.when(_changes("sentence").shift(-1, fill_value=True)).then(_AT).backward_fill()
    opened = pl.when(pl.col("front").is_not_null()).then(_AT).forward_fill()
    closes = pl.when(pl.col("back").is_not_null()).then(_AT).backward_fill()
    led = pl.when(opened >= first).then(pl.col("front").forward_fill())
    trailed = pl.when(closes <= last).then(pl.col("back").backward_fill())
    # In front is nearer than behind while no item with verbs of its own stands between.
    closed = pl.col("back").is_not_null().cast(pl.Int32).cum_sum()
    before = closed - pl.col("back").is_not_null()
    opened_at = pl.when(pl.col("front").is_not_null()).then(before).forward_fill()
    is_led = led.is_not_null() & (opened_at >= before)
    head = pl.when(pl.col("head") != "").then("head")
    own = pl.coalesce(pl.col("front") + pl.col("back"), "front", "back")
    inside = pl.when(own.is_null()).then(pl.col("bare").str.extract_all(_VERB).list.join(""))
    inside = pl.when(inside != "").then(inside)
    verbs = pl.coalesce(own, inside, pl.when(is_led).then(led), head, trailed, led, pl.lit(""))
    return items.with_columns(verbs=verbs).with_columns(
        is_made=pl.col("verbs").str.contains(MAKING), is_dealt=pl.col("verbs").str.contains(DEALING)
    )


def _with_own_verbs(items: pl.DataFrame) -> pl.DataFrame:
    """Verbs at the front and at the back of each item; items that are nothing but verbs."""
    bare = pl.col("bare")
    items = items.with_columns(is_pure=bare.str.contains(f"^(?:从事|的|及)?{_VERBS}(?:业务)?$"))
    is_thing = ~pl.col("is_pure") & bare.str.contains(_VERB)
    front = bare.str.extract(f"^(?:从事|主要从事|主营|专业|自主|自行)?({_VERBS})", 1)
    back = bare.str.extract(f"({_VERBS})(?:业务|活动|及相关服务|等)?$", 1)
    return items.with_columns(
        front=pl.when(is_thing).then(front), back=pl.when(is_thing).then(back)
    )


def _with_runs(items: pl.DataFrame) -> pl.DataFrame:
    """A run of bare verbs belongs to what stands before it, at the start to what follows."""
    items = items.with_columns(run=pl.struct("sentence", "is_pure").rle_id())
    runs = (
        items.filter("is_pure")
        .group_by("sentence", "run", maintain_order=True)
        .agg(verbs=pl.col("bare").str.join(), is_first=(pl.col("place") == 0).any())
    )
    after = runs.select("sentence", run=pl.col("run") - 1, after="verbs")
    before = runs.select("sentence", run=pl.col("run") + 1, before="verbs", is_first="is_first")
    is_last = pl.col("run") != pl.col("run").shift(-1)
    is_next = pl.col("run") != pl.col("run").shift(1)
    found = items.join(after, on=["sentence", "run"], how="left", maintain_order="left").join(
        before, on=["sentence", "run"], how="left", maintain_order="left"
    )
    follows = pl.when(is_last.fill_null(True)).then("after")
    leads = pl.when(is_next.fill_null(True) & pl.col("before").is_not_null()).then("before")
    takes = pl.col("front").is_not_null() | pl.col("is_first")
    nothing = pl.lit("")
    return found.with_columns(
        back=pl.coalesce(pl.col("back") + pl.coalesce(follows, nothing), follows),
        front=pl.coalesce(
            pl.coalesce(pl.when(takes).then(leads), nothing) + pl.col("front"),
            pl.when("is_first").then(leads),
        ),
    )


def may_count(term: pl.Expr) -> pl.Expr:
    """Whether an item speaks of making the term, or of rendering the service that it is.

    Goods need a verb of making; a service needs only that the item does not deal.
    """
    is_service = term.str.contains(SERVICE_WORDS)
    return pl.col("is_made") | (is_service & ~pl.col("is_dealt"))


def _is_attribute() -> pl.Expr:
    """Whether the term only says which kind of another thing the item is."""
    behind = pl.col("item").str.splitn(pl.col("term"), 2).struct.field("field_1")
    return behind.fill_null("").str.contains(_OTHER_THINGS)

"""Fills the last pages of a report: charts and maps grow or shrink until none is mostly empty.

The report is set once to see where each chapter ends. A chapter that ends on a nearly empty page
has its charts drawn and the rows of its tables set closer or wider, its map smaller, its charts of
leading counties one above the other; an appendix follows on the page on which the one before it
ends, where that leaves room.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from operator import itemgetter
from typing import NamedTuple

from reli.report.blocks import Bars, Block, Figure, Grid, Group, Heading, Shading
from reli.report.figures import LEADING
from reli.report.style import CHART

__all__ = ["PAGE", "End", "Measure", "bar_step", "fitted"]

PAGE = 708.0
"""Height of a page's text in points."""
MAP = 430.0
"""Height of a map over the whole width, in points."""
INSET, LOOSER = 3.1, 4.5
"""Points above and below the text of a cell, and how many more where all is set twice as wide."""
UNDER = 44.0
"""What stands under a chart, in points: caption and sources."""
LEAST, MOST = 0.55, 0.95
"""A last page is well filled from the one to the other; estimated fuller, it may run over."""
CLOSEST = -0.05
"""Rows set closer fill the page before, where they are estimated to leave no more of it."""
POOR = 0.53
"""Below this share a last page is mostly empty."""
RUN_ON = 0.66
"""An appendix begins on the page of the one before it, where that fills no more than this."""
THIN = 0.3
"""The first appendix begins on the last page of a chapter that fills no more than this."""
STEPS = (0.84, 0.92, 1.0, 1.06, 1.12, 1.19, 1.26, 1.33, 1.4, 1.5, 1.6)
SHARES = (0.94, 0.98)
FULL, OVER = 0.01, 0.15
"""Last lines of an appendix that stand on another page: none, and so many that they may stand."""
OPENING = 0.16
"""Share of a page that an appendix's heading and first words take."""
WHOLE = 24
"""A table of an appendix with no more rows stands on one page."""
LINE = 9.0
"""Points of a line in a table."""
ROUNDS = 4
"""How often chapters are set anew."""
TRIALS = 3
"""How often appendices are joined anew."""
GAIN = 0.05
"""A setting that fills no page well is still taken, where it fills it by so much better."""
MOST_CHART_HEIGHT = 430


class End(NamedTuple):
    """Where a chapter ends: number of the next one's first block, page, share of the page."""

    block: int
    page: int
    fill: float


Measure = Callable[[Sequence[Block]], Sequence[End]]


def bar_step(content: Bars) -> float:
    """Points from bar to bar, where nothing else is asked for."""
    fitting = MOST_CHART_HEIGHT / max(len(content.names), 1)
    return min(max(fitting, CHART.least_step), CHART.step)


def fitted(blocks: Sequence[Block], measure: Measure) -> tuple[Block, ...]:
    """The same blocks, set so that chapters end on well filled pages.

    Args:
        blocks: of the report, in their order.
        measure: sets blocks and says where chapters end; nothing, where that cannot be known.
    """
    first = measure(blocks)
    chapters = [_Chapter(blocks, *ends) for ends in pairwise(first)]
    for _ in range(ROUNDS):
        poor = [each for each in chapters if each.improve()]
        if not poor:
            break
        # Chapters begin pages of their own: those that are set anew can be measured by themselves.
        now = [block for each in poor for block in each.blocks]
        for each, (before, after) in zip(poor, pairwise(measure(now)), strict=True):
            each.measured(before, after)
    for each in chapters:
        if _last_fill(each.height) < POOR:
            each.settle()
    if not first:
        return tuple(blocks)
    # The first appendix may begin on the last page of the chapter before it.
    apart = max(sum(not _is_appendix(each.blocks[0]) for each in chapters) - 1, 0)
    head = (*blocks[: first[0].block], *(b for each in chapters[:apart] for b in each.blocks))
    return (*head, *_run_on(chapters[apart:], measure))


def _run_on(chapters: Sequence["_Chapter"], measure: Measure) -> list[Block]:
    """The blocks of chapters; appendices follow each other where there is room.

    One whose last lines run over has its tables set closer, or else begins a page of its own. Of
    what was tried, that which leaves least of the last pages empty.
    """
    tried: list[tuple[float, list[Block]]] = []
    apart, fits = frozenset[int](), frozenset[int]()
    joined = _following(chapters, apart, fits)
    for _ in range(TRIALS if joined else 0):
        set_so, stops = _with_joined(chapters, joined)
        measured = {end.block: end.fill for end in measure(set_so)}
        over = set()
        for number, (stop, filled) in enumerate(stops):
            fill = measured.get(stop, filled)
            # Figures that do not fit leave room: what follows an appendix goes by what was found.
            chapters[number].height += fill - filled
            # Of several that run over in a row the first may be to blame for the others.
            if number in joined and FULL < fill < OVER and number - 1 not in over:
                over.add(number)
        fills = [measured.get(stop, filled) for stop, filled in stops]
        tried.append((_emptiness(fills, joined), set_so))
        apart |= {number for number in over if chapters[number].is_close}
        # What ends on a nearly empty page may end on a fuller one from a page of its own.
        poor = {number for number in joined if _lack(number, fills, joined)}
        apart |= frozenset() if over else poor
        fits |= joined - over - poor
        for number in over:
            chapters[number].is_close = True
        found = _following(chapters, apart, fits)
        if not over and found == joined:
            break
        joined = found
    if tried:
        return min(tried, key=itemgetter(0))[1]
    return _with_joined(chapters, joined)[0]


def _emptiness(fills: Sequence[float], joined: frozenset[int]) -> float:
    """How much last pages lack of being well filled, of chapters that no other follows on."""
    return sum(_lack(number, fills, joined) for number in range(len(fills)))


def _lack(number: int, fills: Sequence[float], joined: frozenset[int]) -> float:
    """How much the last page of a chapter lacks; nothing where another follows on it."""
    return 0.0 if number + 1 in joined else max(0.0, POOR - _last_fill(fills[number]))


def _following(
    chapters: Sequence["_Chapter"], apart: frozenset[int], fits: frozenset[int]
) -> frozenset[int]:
    """Appendices that begin on the page on which the one before ends.

    Those that are kept apart do not; those that were seen to fit need no estimate.
    """
    found, filled = set(), 1.0
    for number, each in enumerate(chapters):
        is_appendix = _is_appendix(each.blocks[0])
        has_room = number in fits or filled <= min(RUN_ON, 1 - each.opening)
        if is_appendix and has_room and 0 < filled < 1 and number not in apart:
            found.add(number)
        filled = (each.height + (filled if number in found else 0)) % 1
        if not is_appendix and filled >= THIN:
            filled = 1.0
    return frozenset(found)


def _with_joined(
    chapters: Sequence["_Chapter"], joined: frozenset[int]
) -> tuple[list[Block], list[tuple[int, float]]]:
    """All blocks; of each chapter the number of the block behind it, and how full its page is."""
    blocks: list[Block] = []
    stops, filled = [], 0.0
    for number, each in enumerate(chapters):
        first, *others = each.blocks
        if number in joined and isinstance(first, Heading):
            first = replace(first, is_new_page=False)
        filled = (each.height + (filled if number in joined else 0)) % 1
        blocks += [first, *others]
        stops.append((len(blocks), filled))
    return blocks, stops


def _is_appendix(block: Block) -> bool:
    return isinstance(block, Heading) and block.number.startswith("附录")


@dataclass(frozen=True)
class _Setting:
    """A way of setting the charts of a chapter."""

    step: float = 1.0
    share: float = SHARES[-1]
    is_stacked: bool = False

    @property
    def strangeness(self) -> float:
        """How far it is from the usual one; rows set close are harder to read than wide ones."""
        apart = self.step - 1 if self.step >= 1 else 3 * (1 - self.step)
        return apart + (SHARES[-1] - self.share) / 2 + 0.08 * self.is_stacked


SETTINGS = sorted(
    (_Setting(*each) for each in product(STEPS, SHARES, (False, True))),
    key=lambda each: each.strangeness,
)


class _Chapter:
    """The blocks between two ends, how high they are, and how they are set."""

    def __init__(self, blocks: Sequence[Block], before: End, after: End) -> None:
        self._usual = tuple(blocks[before.block : after.block])
        self._setting, self.height = _Setting(), 0.0
        self._tried: dict[_Setting, float] = {}
        self.is_close = False
        """Whether its tables are set close, to end on the page."""
        self.measured(before, after)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks as they are set now."""
        is_usual = self._setting == _Setting()
        blocks = self._usual if is_usual else tuple(_set(self._usual, self._setting))
        return tuple(map(_closer, blocks)) if self.is_close else blocks

    @property
    def opening(self) -> float:
        """Share of a page without which it does not begin: heading, words and first figure."""
        figures = (each for each in self.blocks if isinstance(each, Figure | Group))
        return OPENING + _unbroken(next(figures, None))

    def measured(self, before: End, after: End) -> None:
        """What was found: the height is in pages."""
        self.height = after.page - before.page - 1 + after.fill
        self._tried[self._setting] = self.height

    def settle(self) -> None:
        """Of the settings that were tried, the one that filled the last page best."""
        self._setting = max(
            self._tried, key=lambda each: (_last_fill(self._tried[each]), -each.strangeness)
        )
        self.height = self._tried[self._setting]

    def improve(self) -> bool:
        """Another setting, where the last page is poorly filled and one promises better."""
        if _last_fill(self.height) >= POOR or not any(map(_may_change, self._usual)):
            return False
        known = {_extra(self._usual, each): height for each, height in self._tried.items()}
        heights = [
            (each, _predicted(extra, known))
            for each, extra in ((each, _extra(self._usual, each)) for each in SETTINGS)
            if extra not in known
        ]
        found = [(each, height % 1) for each, height in heights]
        good = [each for each, fill in found if LEAST <= fill <= MOST]
        # Last lines that run over are drawn in, where rows set closer give room for them.
        good += [each for each, height in heights if CLOSEST <= height - int(self.height) < 0]
        good.sort(key=lambda each: each.strangeness)
        fuller = [(fill, each) for each, fill in found if self.height % 1 + GAIN < fill <= MOST]
        if not good and not fuller:
            return False
        self._setting = good[0] if good else max(fuller, key=lambda pair: pair[0])[1]
        return True


def _predicted(extra: float, known: Mapping[float, float]) -> float:
    """Height with so much more of charts and tables, from the setting that is most like it."""
    nearest = min(known, key=lambda each: abs(each - extra))
    return known[nearest] + extra - nearest


def _last_fill(height: float) -> float:
    """How full the last page of so many pages is; one on which nothing stands is none."""
    fill = height % 1
    return fill if fill > FULL else 1.0


def _unbroken(block: Block | None) -> float:
    """Share of a page that a figure needs in one piece; of a long table its first rows."""
    figure = block.figures[0] if isinstance(block, Group) else block
    if not isinstance(figure, Figure):
        return 0.0
    if isinstance(figure.content, Grid):
        rows = len(figure.content.rows)
        return UNDER / PAGE + (rows if rows <= WHOLE else 5) * (LINE + 2 * INSET) / PAGE
    if isinstance(figure.content, Shading):
        return (MAP * figure.content.share + UNDER) / PAGE
    return _chart(figure, _Setting()) / PAGE


def _may_change(block: Block) -> bool:
    figure = block.figures[0] if isinstance(block, Group) else block
    if not isinstance(figure, Figure):
        return False
    is_chart = figure.series == "图" and isinstance(figure.content, Bars)
    return is_chart or _is_list(figure)


def _is_list(figure: Figure) -> bool:
    """Whether it is a table whose rows may be set wider; tinted ones stand two to a page."""
    return isinstance(figure.content, Grid) and not figure.content.tints


def _set(blocks: Sequence[Block], setting: _Setting) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Group):
            figures = tuple(_figure(each, setting) for each in block.figures)
            if setting.is_stacked and _is_leading(block):
                yield from figures
            else:
                yield Group(figures)
        else:
            yield _figure(block, setting) if isinstance(block, Figure) else block


def _figure(figure: Figure, setting: _Setting) -> Figure:
    content = figure.content
    if isinstance(content, Grid) and _is_list(figure):
        return replace(figure, content=replace(content, inset=_inset(setting)))
    if figure.series != "图":
        return figure
    if isinstance(content, Bars):
        return replace(figure, content=replace(content, step=bar_step(content) * setting.step))
    if isinstance(content, Shading) and not content.is_small:
        return replace(figure, content=replace(content, share=setting.share))
    return figure


def _closer(block: Block) -> Block:
    """A table with its rows as close as any are set."""
    if isinstance(block, Figure) and isinstance(block.content, Grid):
        return replace(block, content=replace(block.content, inset=_inset(_Setting(STEPS[0]))))
    return block


def _inset(setting: _Setting) -> float:
    return INSET + LOOSER * (setting.step - 1)


def _is_leading(block: Group) -> bool:
    return block.figures[0].key.rpartition("/")[2] in LEADING


def _extra(blocks: Sequence[Block], setting: _Setting) -> float:
    """Height of charts and map beyond what they have as usual, in pages."""
    return (_charted(blocks, setting) - _charted(blocks, _Setting())) / PAGE


def _charted(blocks: Sequence[Block], setting: _Setting) -> float:
    total = 0.0
    for block in blocks:
        if isinstance(block, Group) and _may_change(block):
            heights = [_chart(each, setting) for each in block.figures]
            is_stacked = setting.is_stacked and _is_leading(block)
            total += sum(heights) if is_stacked else max(heights)
        elif isinstance(block, Figure) and isinstance(block.content, Shading):
            total += MAP * setting.share
        elif isinstance(block, Figure) and isinstance(block.content, Grid):
            total += 2 * _inset(setting) * len(block.content.rows) if _is_list(block) else 0
    return total


def _chart(figure: Figure, setting: _Setting) -> float:
    content = figure.content
    if not isinstance(content, Bars):
        return 0.0
    return len(content.names) * bar_step(content) * setting.step + UNDER

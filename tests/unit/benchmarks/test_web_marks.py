"""Each figure of the site and the interface stands beside its mark."""

from benchmarks.web import MARKS, lines


def test_figures_are_held_against_their_marks():
    found = {"p99_ms": 60.0, "requests_per_second": 1_499.0, "errors": 0.0, "p50_ms": 7.0}
    told = list(lines(found))
    assert told[0].split()[-4:] == ["1,499.00", ">=", "1,500", "MISSED"]
    assert told[1].split()[-4:] == ["60.00", "<=", "60", "met"]
    assert told[2].split()[-4:] == ["0.00", "<=", "0", "met"]
    assert told[-1].split() == ["p50_ms", "7.00"]
    assert len(told) == 5


def test_every_mark_says_what_it_is_of():
    assert all(what and way in ("<=", ">=") for what, way, _ in MARKS.values())

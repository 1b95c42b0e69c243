"""Steps run once, files appear whole, nothing is lost."""

import json
from threading import Event

import pytest

from reli.engine import Growth, KnownFiles, Rows, Step, StepRunner
from reli.engine import steps as steps_of_road
from reli.engine.files import sha256
from reli.errors import InvalidData, NoSpace

ONE_ROW = Rows(1, 1)


class Bell:
    """Progress that remembers what it was told."""

    def __init__(self):
        self.told = []

    def started(self, step):
        self.told.append(("started", step))

    def advanced(self, rows):
        pass

    def finished(self, summary):
        self.told.append(("finished", summary))

    def noted(self, text):
        self.told.append(("noted", text))

    def unchanged(self, step):
        self.told.append(("unchanged", step))


def copy_step(folder, *, suffix="", rows=ONE_ROW):
    source = folder / "source.txt"

    def run(places):
        places[0].write_text(source.read_text() + suffix)
        return rows

    return Step(
        name="copy",
        run=run,
        inputs=(source,),
        outputs=(folder / "build" / "copy.txt",),
        parameters={"suffix": suffix},
    )


@pytest.fixture
def runs(tmp_path):
    (tmp_path / "source.txt").write_text("a")

    def run(**options):
        bell = Bell()
        StepRunner(tmp_path, tmp_path / "build" / "manifest.json", bell).run(
            [copy_step(tmp_path, **options)]
        )
        return bell.told[0][0]

    run.folder = tmp_path
    return run


def test_a_step_runs_once(runs):
    assert [runs(), runs()] == ["started", "unchanged"]


def test_a_changed_input_runs_again(runs):
    runs()
    (runs.folder / "source.txt").write_text("b")
    assert runs() == "started"
    assert (runs.folder / "build" / "copy.txt").read_text() == "b"


def test_changed_parameters_run_again(runs):
    runs()
    assert runs(suffix="!") == "started"


def test_a_tampered_output_is_made_again(runs):
    runs()
    (runs.folder / "build" / "copy.txt").write_text("edited")
    assert runs() == "started"
    assert (runs.folder / "build" / "copy.txt").read_text() == "a"


def test_a_lost_row_is_refused_and_nothing_appears(runs):
    with pytest.raises(InvalidData, match="lost rows: 3 read, 1 written and 1 rejected"):
        runs(rows=Rows(3, 1, 1))
    assert not (runs.folder / "build" / "copy.txt").exists()


def test_leftovers_of_a_killed_run_are_removed(runs):
    (runs.folder / "build").mkdir()
    leftover = runs.folder / "build" / ".unfinished-copy.txt"
    leftover.write_text("half")
    runs()
    assert not leftover.exists()


def test_the_manifest_tells_hashes_and_rows_and_no_time(runs):
    runs()
    path = runs.folder / "build" / "manifest.json"
    record = json.loads(path.read_text())["copy"]
    # SHA-256 of the letter a, as in FIPS 180-4 test material.
    letter_a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert record["inputs"] == {"source.txt": letter_a}
    assert record["outputs"] == {"build/copy.txt": letter_a}
    assert record["rows"] == {"read": 1, "written": 1, "rejected": 0}
    before = path.read_bytes()
    path.unlink()
    runs()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "grows"),
    [
        ({"b.txt": "2"}, True),
        ({"a.txt": "9"}, False),
        ({"b.txt": "2", "list.txt": "y"}, True),
        ({"list.txt": "y"}, True),
        ({"b.txt": "2", "out.txt": "touched"}, False),
        ({"b.txt": "2", "a.txt": None}, False),
    ],
    ids=["one comes", "one changes", "both", "the list changes", "spoilt", "one goes"],
)
def test_a_step_builds_on_its_past_only_where_nothing_else_changed(tmp_path, change, grows):
    how = []

    def step():
        parts = tuple(sorted(tmp_path.glob("?.txt")))
        listed, out = tmp_path / "list.txt", tmp_path / "out.txt"

        def run(places):
            how.append("run")
            places[0].write_text("".join(path.read_text() for path in (listed, *parts)))

        def grow(places, news):
            how.append(sorted(path.name for path in news))
            places[0].write_text("".join(path.read_text() for path in (listed, *parts)))

        growth = Growth(grow, may_come=parts, may_change=(listed,))
        return Step("s", run, (out,), (listed, *parts), growth=growth)

    (tmp_path / "a.txt").write_text("1")
    (tmp_path / "list.txt").write_text("x")
    runner = StepRunner(tmp_path, tmp_path / "manifest.json")
    runner.run([step()])
    for name, text in change.items():
        (tmp_path / name).write_text(text) if text else (tmp_path / name).unlink()
    StepRunner(tmp_path, tmp_path / "manifest.json").run([step()])
    assert how[0] == "run"
    assert how[1] == (sorted(change) if grows else "run")


def test_a_step_with_an_output_for_each_part_grows_by_one_of_them(tmp_path):
    how = []

    def step():
        parts = tuple(sorted(tmp_path.glob("?.txt")))

        def run(places):
            how.append("run")
            for part, place in zip(parts, places, strict=True):
                place.write_text(part.read_text())

        def grow(places, news):
            run(places)
            how.append([path.name for path in news])

        outputs = tuple(path.with_suffix(".out") for path in parts)
        return Step("s", run, outputs, parts, growth=Growth(grow, may_come=parts))

    for change in ({"a.txt": "1"}, {"b.txt": "2"}, {"c.txt": "3", "a.out": "spoilt"}):
        for name, text in change.items():
            (tmp_path / name).write_text(text)
        StepRunner(tmp_path, tmp_path / "manifest.json").run([step()])
    assert how == ["run", "run", ["b.txt"], "run"]
    assert (tmp_path / "a.out").read_text() == "1"


class Stored:
    """Stands for the disk: files that are stored, and from when on they may be."""

    def __init__(self, monkeypatch, fails=False):
        self.told, self.may, self._fails = [], Event(), fails
        monkeypatch.setattr(steps_of_road, "store", self.store)
        monkeypatch.setattr(steps_of_road, "_LARGE", 1)

    def store(self, path, meanwhile):
        self.may.wait(10)
        if self._fails:
            raise OSError("No space left on device")
        meanwhile(path)
        self.told.append(path.name)


def two_steps(folder, second):
    first, last = folder / "first.txt", folder / "last.txt"

    def begin(places):
        places[0].write_text("a")
        return ONE_ROW

    return [
        Step("first", begin, (first,), (folder / "source.txt",)),
        Step("last", lambda places: second(first, places[0]), (last,), (first,)),
    ]


def large_runner(folder):
    (folder / "source.txt").write_text("a")
    known = KnownFiles(folder / "known.json")
    return StepRunner(folder, folder / "manifest.json", known=known)


def manifest_of(folder):
    path = folder / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def test_the_next_step_runs_while_a_large_file_is_stored(tmp_path, monkeypatch):
    stored, seen = Stored(monkeypatch), []

    def second(first, place):
        # Its file is there, but the manifest does not tell of it yet.
        seen.append((first.read_text(), list(manifest_of(tmp_path)), list(stored.told)))
        place.write_text("b")
        stored.may.set()

    large_runner(tmp_path).run(two_steps(tmp_path, second))
    assert seen == [("a", [], [])]
    assert stored.told == ["first.txt", "last.txt"]
    assert list(manifest_of(tmp_path)) == ["first", "last"]
    runner = large_runner(tmp_path)
    assert all(map(runner.is_current, two_steps(tmp_path, second)))


def test_a_step_that_fails_leaves_those_before_it_done(tmp_path, monkeypatch):
    stored = Stored(monkeypatch)

    def second(first, place):
        stored.may.set()
        raise InvalidData("no such county")

    with pytest.raises(InvalidData, match="no such county"):
        large_runner(tmp_path).run(two_steps(tmp_path, second))
    assert list(manifest_of(tmp_path)) == ["first"]


def test_a_file_that_cannot_be_stored_is_told_and_made_anew(tmp_path, monkeypatch):
    stored = Stored(monkeypatch, fails=True)
    stored.may.set()
    steps = two_steps(tmp_path, lambda first, place: place.write_text("b") and None)
    with pytest.raises(NoSpace, match="step first"):
        large_runner(tmp_path).run(steps)
    assert manifest_of(tmp_path) == {}
    assert not large_runner(tmp_path).is_current(steps[0])


def test_what_a_step_reads_is_hashed_before_it_runs(tmp_path):
    """A step that hashes its inputs itself finds them known."""
    found = []

    def run(places):
        found.extend(json.loads((tmp_path / "known.json").read_text()))
        places[0].write_text("a")

    source = tmp_path / "source.txt"
    large_runner(tmp_path).run([Step("snapshot", run, (tmp_path / "out.txt",), (source,))])
    assert found == [str(source)]


class Noting:
    """Files whose hashes are noted down in memory."""

    def __init__(self):
        self.noted = 0

    def hash(self, path):
        return sha256(path)

    def save(self):
        self.noted += 1


def test_hashes_are_noted_before_the_first_step_and_in_the_end_not_at_each_of_them(tmp_path):
    known, seen = Noting(), []

    def one(name):
        def run(places):
            seen.append(known.noted)
            places[0].write_text(name)

        return Step(name=name, run=run, outputs=(tmp_path / name,))

    runner = StepRunner(tmp_path, tmp_path / "manifest.json", known=known)
    runner.run([one(f"step{number}") for number in range(9)])
    # A second may pass on the way, and the hashes be noted once more.
    assert seen[0] == 1
    assert seen[-1] < known.noted < 2 * len(seen)

"""Steps of the road: run when what they read has changed, recorded in one manifest."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from hashlib import sha256 as sha256_of_bytes
from pathlib import Path
from typing import Any

from reli.engine.files import (
    appear,
    publish,
    remove_leftovers,
    sha256,
    store,
    unfinished,
)
from reli.engine.fingerprint import package_fingerprint
from reli.engine.known import KnownFiles
from reli.engine.manifest import Manifest
from reli.engine.memory import give_back, settle
from reli.engine.pace import Pace
from reli.engine.progress import Progress, Quiet
from reli.engine.space import telling_a_full_disk
from reli.errors import InvalidData

__all__ = ["Growth", "Rows", "Step", "StepRunner"]

_LARGE = 100_000_000
"""Bytes of a file from which the next steps do not wait until it is stored and hashed."""

_SECONDS = 1.0
"""Hashes of files are noted down so long after the last time, and in the end."""


@dataclass(frozen=True)
class Rows:
    """Row counts of a step. Nothing is lost: rows read = rows written + rows rejected."""

    read: int
    written: int
    rejected: int = 0

    def check(self, step: str) -> None:
        """Raise InvalidData unless every row is accounted for."""
        if self.read != self.written + self.rejected:
            raise InvalidData(
                f"step {step} lost rows: {self.read:,} read, {self.written:,} written and "
                f"{self.rejected:,} rejected; this is a defect of reli, please report it"
            )


@dataclass(frozen=True)
class Step:
    """A function from files to files.

    `run` gets, in the order of `outputs`, the paths it must write to. Where the rows of its
    answer are of another kind than those it reads (counts, pages), it returns None.
    """

    name: str
    run: Callable[[Sequence[Path]], Rows | None]
    outputs: tuple[Path, ...]
    inputs: tuple[Path, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    growth: "Growth | None" = None
    """How the step builds on what it wrote the last time; without it, it always runs anew."""


@dataclass(frozen=True)
class Growth:
    """What a step does where nothing has changed since the last time but inputs of some kinds.

    `run` gets the paths to write to and the inputs that are new or have changed; what was written
    the last time still stands under `outputs`. It must end in the same bytes as the step's own.
    """

    run: Callable[[Sequence[Path], Sequence[Path]], Rows | None]
    may_come: tuple[Path, ...] = ()
    """Inputs that may be there for the first time; of one that has changed nothing is known."""
    may_change: tuple[Path, ...] = ()
    """Inputs that may have changed."""


@dataclass(frozen=True)
class _Done:
    """A step that has run, and that the manifest does not tell of yet."""

    step: Step
    rows: Rows | None
    stored: Sequence["Future[None]"]
    """Its large files, on their way to the disk and being hashed."""


class StepRunner:
    """Runs steps of one project folder and keeps their manifest."""

    def __init__(
        self,
        folder: Path,
        manifest: Path,
        progress: Progress | None = None,
        *,
        known: KnownFiles | None = None,
        pace: Pace | None = None,
        is_reading: bool = False,
    ) -> None:
        """Open a project folder.

        Args:
            folder: what the manifest's paths are relative to.
            manifest: JSON file that records the steps.
            progress: told of each step.
            known: hashes of files that need not be read again; by default all are read.
            pace: told how long each step takes.
            is_reading: look only: leftovers of a run, perhaps of one at work, stay.
        """
        self._folder = folder
        self._manifest = Manifest(manifest)
        self._progress = progress or Quiet()
        self._code = package_fingerprint()
        self._known, self._pace = known, pace
        self._hashes: dict[Path, str] = {}
        self._seen: set[str] = set()
        self._done: deque[_Done] = deque()
        self._remembered = -_SECONDS
        settle()
        if not is_reading:
            remove_leftovers(folder)

    def run(self, steps: Iterable[Step]) -> None:
        """Run each step whose inputs, parameters or code have changed, in the order given.

        What has been done is in the manifest in the end, also where a step fails.
        """
        with ThreadPoolExecutor(1) as beside:
            try:
                for step in steps:
                    self._run_one(step, beside)
            finally:
                self._note_done(waits=True)
                self._remember(at_once=True)

    def _run_one(self, step: Step, beside: ThreadPoolExecutor) -> None:
        """Run one step, unless its files are there and nothing it reads has changed."""
        self._seen.add(step.name)
        if self.is_current(step):
            self._progress.unchanged(step.name)
            return
        self._progress.started(step.name)
        self._look_at(step.inputs)
        self._remember()
        began = time.monotonic()
        with telling_a_full_disk(self._folder, step.name):
            self._done.append(self._write(step, beside))
        rows = self._done[-1].rows
        give_back()
        if rows and self._pace:
            self._pace.measured(step.name, rows.read, time.monotonic() - began)
        self._note_done()
        self._progress.finished(_summary(rows))

    def _note_done(self, *, waits: bool = False) -> None:
        """Tell the manifest of steps whose files are stored, each after those before it."""
        while self._done and (waits or all(each.done() for each in self._done[0].stored)):
            done = self._done.popleft()
            self._wait_for(done)
            self._manifest.tell(done.step.name, self._record(done.step, done.rows))
            self._manifest.save()
            self._remember()

    def forget_others(self) -> None:
        """Drop from the manifest the steps that this plan no longer has."""
        self._manifest.keep_only(self._seen)
        self._manifest.save()

    def record(self, step: str) -> Mapping[str, Any]:
        """What the manifest says of a step; empty where it has never run."""
        return self._manifest.record(step)

    def is_current(self, step: Step) -> bool:
        """Whether a step's files are there and nothing it reads has changed."""
        record = self._manifest.record(step.name)
        if not record or not all(path.exists() for path in (*step.inputs, *step.outputs)):
            return False
        for done in self._done:
            # What is asked for may be being hashed.
            self._wait_for(done)
        written = record["outputs"]
        return record["fingerprint"] == self._fingerprint(step) and all(
            written.get(self._name(path)) == self._hash(path) for path in step.outputs
        )

    def _wait_for(self, done: _Done) -> None:
        """Until the files of a step are stored; raises what went wrong."""
        with telling_a_full_disk(self._folder, done.step.name):
            for each in done.stored:
                each.result()

    def _write(self, step: Step, beside: ThreadPoolExecutor) -> _Done:
        places = [unfinished(path) for path in step.outputs]
        news = self._news(step)
        rows = step.growth.run(places, news) if step.growth and news else step.run(places)
        if rows is not None:
            rows.check(step.name)
        stored = []
        for place, path in zip(places, step.outputs, strict=True):
            self._hashes.pop(path, None)
            if self._known and place.is_file() and place.stat().st_size >= _LARGE:
                # Until the manifest tells of it, whatever becomes of it is made anew.
                appear(place, path)
                stored.append(beside.submit(store, path, self._known.hash))
            else:
                publish(place, path)
        return _Done(step, rows, stored)

    def _news(self, step: Step) -> list[Path]:
        """Inputs that are new or have changed; none where the step cannot build on its past."""
        record = self._manifest.record(step.name)
        if not step.growth or not record or record.get("code") != self._code:
            return []
        there = {self._name(path): path for path in step.inputs}
        known, written = record["inputs"], record["outputs"]
        come = [path for name, path in there.items() if name not in known]
        changed = [
            path
            for name, path in there.items()
            if name in known and known[name] != self._hash(path)
        ]
        outputs = {self._name(path): path for path in step.outputs}
        # An output of its own that an input which has come shall have is not there yet.
        is_whole = record["parameters"] == dict(step.parameters) and all(
            name in outputs and outputs[name].exists() and was == self._hash(outputs[name])
            for name, was in written.items()
        )
        may_grow = (
            set(known) <= set(there)
            and set(come) <= set(step.growth.may_come)
            and set(changed) <= set(step.growth.may_change)
        )
        return [*changed, *come] if is_whole and may_grow else []

    def _record(self, step: Step, rows: Rows | None) -> dict[str, Any]:
        return {
            "fingerprint": self._fingerprint(step),
            "code": self._code,
            "inputs": {self._name(path): self._hash(path) for path in step.inputs},
            "parameters": dict(step.parameters),
            "rows": asdict(rows) if rows else None,
            "outputs": {self._name(path): self._hash(path) for path in step.outputs},
        }

    def _fingerprint(self, step: Step) -> str:
        described = {
            "code": self._code,
            "parameters": dict(step.parameters),
            "inputs": [[self._name(path), self._hash(path)] for path in step.inputs],
            "outputs": [self._name(path) for path in step.outputs],
        }
        text = json.dumps(described, ensure_ascii=False, sort_keys=True)
        return sha256_of_bytes(text.encode()).hexdigest()

    def _hash(self, path: Path) -> str:
        if path not in self._hashes:
            self._hashes[path] = self._hash_now(path)
        return self._hashes[path]

    def _hash_now(self, path: Path) -> str:
        return self._known.hash(path) if self._known else sha256(path)

    def _look_at(self, inputs: Sequence[Path]) -> None:
        """Hash what a step is about to read, several files at a time, but what is being hashed."""
        there = [path for path in inputs if path not in self._hashes and path.exists()]
        if there and not self._done:
            with ThreadPoolExecutor() as pool:
                self._hashes |= dict(zip(there, pool.map(self._hash_now, there), strict=True))

    def _remember(self, *, at_once: bool = False) -> None:
        """Note down hashes, unless that has just been done: what a kill then costs is as little."""
        if self._known and (at_once or time.monotonic() - self._remembered > _SECONDS):
            self._known.save()
            self._remembered = time.monotonic()

    def _name(self, path: Path) -> str:
        # Inputs outside the folder (a framework file, say) keep their full name.
        return (
            path.relative_to(self._folder).as_posix()
            if path.is_relative_to(self._folder)
            else path.as_posix()
        )


def _summary(rows: Rows | None) -> str:
    if rows is None:
        return "done"
    rejected = f", {rows.rejected:,} rejected" if rows.rejected else ""
    return f"{rows.written:,} rows{rejected}"

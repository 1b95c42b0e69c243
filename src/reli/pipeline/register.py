"""A register and its lists (way a): snapshot, clean, linked, classified, indicator."""

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.classification.doubts import PlaceDoubts
from reli.classification.industry import Classifier
from reli.classification.place import Locator
from reli.engine import Kernel, KnownFiles, Progress, Rows, Step, row_count
from reli.engine.encoded import among, where
from reli.linkage.climbing import ANSWER, LINK
from reli.linkage.lists import answer_list
from reli.pipeline.asking import SAYS, answers_of, asking_steps
from reli.pipeline.classifying import classifier_of
from reli.pipeline.cleaning import clean_step, clean_steps
from reli.pipeline.counting import LISTS, PARTIES, PLAIN
from reli.pipeline.indicators import indicator_steps
from reli.pipeline.inferring import inferring_steps
from reli.pipeline.locating import locator_of
from reli.pipeline.obeying import rule_links, ruled_files, ruling_steps
from reli.pipeline.part_steps import Classifying, classified_steps, part_steps
from reli.pipeline.parties import party_steps
from reli.pipeline.rulings import has_decisions, open_step
from reli.pipeline.works import (
    holding_steps,
    outsider_steps,
    with_outsiders,
    work_steps,
)
from reli.pipeline.workspace import Workspace
from reli.reference.universes import universe
from reli.sources.snapshot import snapshot

__all__ = ["register_steps", "snapshot_step"]

_CLASSIFIED = (
    "enterprise_id",
    "name",
    "is_counted",
    "founded_date",
    "ended_date",
    "status",
    "insured_employees",
    "gb4754_code",
    "source_file",
    "source_line",
)
_RECURRING = ("status", "gb4754_code", "source_file", "authority", "province", "city")
"""Columns of text with so few values that they are read and written dictionary-encoded."""
_READ = (
    *_CLASSIFIED,
    "credit_code",
    "address",
    "authority",
    "province",
    "city",
    "business_scope",
)


def register_steps(workspace: Workspace, progress: Progress) -> list[Step]:
    """Steps from the files of a register to the indicators."""
    tables = workspace.project.tables()
    lists = [table for table in LISTS if table in tables]
    others = [table for table in (*PARTIES, *PLAIN) if table in tables]
    is_ruled = has_decisions(workspace)
    ruled = [clean_step(workspace, "decisions", progress), open_step(workspace)] if is_ruled else []
    project = workspace.project
    classifying = partial(
        _classifying,
        project.vintage,
        workspace.zones,
        project.attribution,
        workspace.emerging,
        project.ruleset,
    )
    steps = [
        snapshot_step(workspace),
        *ruled,
        *(step for table in (*lists, *others) for step in clean_steps(workspace, table, progress)),
        *part_steps(workspace, progress, Classifying(classifying, _READ, _RECURRING)),
        *asking_steps(workspace),
        *(_link_step(workspace, table) for table in lists),
        *holding_steps(workspace),
        *classified_steps(workspace),
        *party_steps(workspace),
        *inferring_steps(workspace),
        *work_steps(workspace),
        *outsider_steps(workspace),
        *indicator_steps(workspace),
    ]
    return [*steps, *ruling_steps(workspace, steps)]


def snapshot_step(workspace: Workspace) -> Step:
    """What files there are, and their hashes."""
    files = sorted(
        {path for source in workspace.project.sources for path in workspace.files(source)}
    )

    def run(places: Sequence[Path]) -> None:
        known = KnownFiles(workspace.known)
        pq.write_table(snapshot(files, workspace.folder, known.hash), places[0])

    return Step(
        name="snapshot/snapshot",
        run=run,
        inputs=tuple(files),
        outputs=(workspace.stage("snapshot/snapshot"),),
    )


def _link_step(workspace: Workspace, table: str) -> Step:
    rows, answers = workspace.stage(f"clean/{table}"), answers_of(workspace)
    out = workspace.stage(f"linked/{table}")
    more_in, more_out = ruled_files(workspace, f"linked/{table}")
    has_outsiders = table == "recognitions"

    def link(places: Sequence[Path]) -> Rows:
        name, code, place = SAYS[table]
        told = ANSWER if has_outsiders and not more_out else LINK
        read, _ = answer_list(
            rows, answers, places[0], name=name, code=code, place=place, told=told
        )
        if more_out:
            rule_links(workspace, table, places[0], places[1])
            if has_outsiders:
                # Who a decision says is no enterprise may be an outsider.
                with_outsiders(places[0])
        return Rows(read, row_count(places[0]))

    return Step(
        name=f"linked/{table}",
        run=link,
        inputs=(rows, answers, *more_in),
        outputs=(out, *more_out),
    )


@cache
def _classifying(
    vintage: int, zones: Path | None, attribution: str, emerging: Path | None, ruleset: str
) -> Kernel:
    """The kernel of the stage `classified`; workers of a cluster make it themselves."""
    classifier = classifier_of(emerging, ruleset)
    locator = locator_of(vintage, zones, attribution)
    return partial(_classified, locator, PlaceDoubts(locator), classifier, _whole_units())


@cache
def _whole_units() -> pa.Array:
    units = universe("units-2023").units
    return units.filter(pc.equal(units["kind"], "city"))["unit"].combine_chunks()


def _classified(
    locator: Locator,
    doubts: PlaceDoubts,
    classifier: Classifier,
    whole: pa.Array,
    batch: pa.RecordBatch,
) -> pa.RecordBatch:
    """Place and industries of enterprises, with the evidence of each."""
    place = locator.located(batch)
    industry = classifier.classified(batch)
    certain = among(place["confidence"], pa.array(["exact", "derived", "inferred"]))
    is_unit = pc.or_(
        among(place["division_level"], pa.array(["county", "zone"])),
        among(place["division_code"], whole),
    )
    columns = {name: batch[name] for name in _CLASSIFIED}
    columns["division_code"] = where(pc.and_(certain, is_unit), place["division_code"])
    columns["industries"] = _listed(industry["industries"])
    columns["emerging_classes"] = _listed(industry["emerging_classes"])
    columns |= {f"place_{name}": place[column] for name, column in _PLACE.items()}
    columns["place_doubt"] = doubts.told(batch, place)
    columns |= {name: industry[name] for name in ("rules", "evidence", "ruleset")}
    columns["inferred_gb4754_code"] = industry["inferred_gb4754_code"]
    return pa.record_batch(columns)


def _listed(encoded: pa.DictionaryArray) -> pa.Array:
    """Texts joined by `|` as lists; of an empty text an empty one."""
    joined = encoded.dictionary
    nothing = pa.scalar([], pa.list_(pa.string()))
    lists = pc.if_else(pc.equal(joined, ""), nothing, pc.split_pattern(joined, "|"))
    return lists.take(encoded.indices)


_PLACE = {
    "code": "division_code",
    "level": "division_level",
    "confidence": "confidence",
    "method": "method",
    "text": "matched_text",
    "candidates": "candidates",
}

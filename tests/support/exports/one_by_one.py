"""An export read one record after another, as `Shaper` says it: the reference for reading many at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from results_widgets.exports.batches import flat_ones
from results_widgets.exports.detecting import detect
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.persons import Persons, of_persons
from results_widgets.exports.records import records_of
from results_widgets.exports.refused import Refused
from results_widgets.exports.registry import all_vendors
from results_widgets.exports.same_message import of_messages
from results_widgets.exports.shaping import Shaper
from results_widgets.exports.spool import Spool
from results_widgets.exports.vendor import OWN, About, Files, Placed, Vendor


@dataclass
class OneByOne:
    """What was read: rows, what each name became, what was refused, and what is said apart from events."""

    rows: pl.DataFrame
    tallies: dict[Any, tuple[int, str]]
    refused: set[Any]
    about: set[str]


def read_one_by_one(folder: Path, vendor: str | Mapping) -> OneByOne:
    """Read an export of a vendor, or by a mapping of one's own."""
    if isinstance(vendor, Mapping):
        declared = Vendor(
            key=OWN, label="a mapping of one's own", mapping=vendor, recognise=lambda _: None
        )
    else:
        declared = all_vendors()[vendor]
    found = detect(folder, declared)
    refused = Refused()
    shaper = Shaper(declared.mapping, refused.add)
    about: dict[str, About] = {}

    def records(path: str) -> Any:
        return records_of(Path(path), found.files[path], refused.add)

    def quiet(path: str) -> Any:
        return records_of(Path(path), found.files[path], lambda *_: None)

    files = Files([*found.files], records, quiet, refused.add, found.ignored)
    if declared.read is not None:
        origin = declared.read(files)
    else:
        origin = (placed for path in declared.in_order(files.paths) for placed in records(path))
    for n, placed in enumerate(origin):
        if isinstance(placed, About):
            about.setdefault(repr(placed), placed)
            continue
        for one in flat_ones(declared, placed, refused.add):
            if isinstance(one, About):
                about.setdefault(repr(one), one)
            else:
                shaper.add(Placed(one, placed.file, placed.line), n)
    rows = Spool(shaper.schema)
    rows.add(shaper.take().drop("_at"))
    if declared.by_message:
        rows = of_messages(rows, shaper.tallies, declared.by_message)
    said = [one for one in about.values() if one.kind not in ("user", "alias")]
    persons = _persons(about.values())
    nobody = Spool({"user_id": pl.String})
    rows, _ = of_persons(declared, rows, nobody, persons, said)
    tallies = {key: (one.rows, one.example) for key, one in shaper.tallies.items()}
    told = {key for key, one in about.items() if one.kind != "alias"} | {*map(repr, said)}
    return OneByOne(rows.rows().collect(), tallies, {*refused.named}, told)


def _persons(about: Iterable[About]) -> Persons:
    persons = Persons()
    for one in about:
        if one.kind == "alias":
            persons.join(one.id, one.name)
    return persons

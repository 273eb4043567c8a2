"""Files of every kind that the package writes and reads again, what is read of them, and ways to damage them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import polars as pl

import results_widgets as rw
from results_widgets._seal import SEAL, UNSEALED, seal_file
from tests.support.exports.example import write_example


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        write: Writes one into a folder.
        read: What is read of it, to be compared.
        sealed: Whether a change of any byte is noticed.
    """

    write: Callable[[rw.Results, Path], Path]
    read: Callable[[rw.Results, Path], object]
    sealed: bool = True


def _rollup_numbers(_: rw.Results, path: Path) -> object:
    results = rw.RollUp.load(path).results(time_zone="UTC")
    return results.overview().rows(), results.explore("users", every="1d").rows()


def _segment(results: rw.Results, path: Path) -> object:
    found = rw.Segment.load(path)
    again = [] if found.expression is None else found.refresh(results).users.rows()
    return found.name, found.rule, found.users.rows(), again


def _store(results: rw.Results, path: Path) -> object:
    found = rw.SegmentStore(path).load("mine")
    return found.rule, found.expression, found.users.rows()


def _written_campaign(results: rw.Results, path: Path) -> Path:
    results.campaign.to_json(path)
    return path


def _written_store(results: rw.Results, folder: Path) -> Path:
    rw.SegmentStore(folder / "segments.db").save(results.users_in_campaign(), "mine")
    return folder / "segments.db"


def _written_export(name: str) -> Callable[[rw.Results, Path], Path]:
    def written(_: rw.Results, folder: Path) -> Path:
        write_example(folder / "mail")
        # An attribute of users, so that there is more in their file than ids.
        mapping = {"attributes": {"domain": "category"}}
        export = rw.read_export(folder / "mail", "sendgrid", mapping=mapping)
        return export.save(folder / "saved", "Spring", "open", "7d") / name

    return written


def _exported_numbers(_: rw.Results, path: Path) -> object:
    results = rw.load(path.parent, time_zone="UTC")
    people = results.users_in_campaign().users
    return results.overview().rows(), results.breakdowns, people.rows()


KINDS: Final = {
    "campaign": Kind(
        lambda results, folder: _written_campaign(results, folder / "campaign.json"),
        lambda _, path: rw.Campaign.from_json(path).to_dict(),
        # Written by hand, so any change that is valid is meant.
        sealed=False,
    ),
    "roll-up": Kind(
        lambda results, folder: results.rollup("1d").save(folder / "x.rollup"), _rollup_numbers
    ),
    "snapshot": Kind(
        lambda results, folder: results.snapshot(folder / "x.json"),
        lambda results, path: results.diff(path).rows(),
    ),
    "segment": Kind(
        lambda results, folder: results.users_in_campaign().save(folder / "x.parquet"), _segment
    ),
    "export, its events": Kind(_written_export("events.parquet"), _exported_numbers),
    "export, its users": Kind(_written_export("users.parquet"), _exported_numbers),
    "store": Kind(_written_store, _store),
}


def flipped(content: bytes, random: Random) -> bytes:
    """The bytes with one to three of them changed, some cut off, or some repeated."""
    changed = bytearray(content)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        # Half of them near the end, where Parquet keeps what it knows of the rest.
        start = random.choice([0, max(0, len(changed) - 2_000)])
        changed[random.randrange(start, len(changed))] ^= 1 << random.randrange(8)
    cut = random.randrange(len(changed))
    return random.choice(
        [bytes(changed)] * 6 + [bytes(changed[:cut]), bytes(changed + changed[cut:])]
    )


STRANGE: Final[tuple[Any, ...]] = (
    *(None, "", "x", -1, 0, 1 << 62, 1e308, True, [], {}, [[]], ["x"], {"x": 1}),
    *("9999-12-31T00:00:00Z", "\ud800", "a" * 100_000, [None] * 1000),
)


def with_strange_field(document: Any, random: Random) -> Any:
    """A document of JSON in which one field has a strange value, is missing, or has another name."""
    copy = json.loads(json.dumps(document))
    places = list(_places(copy))
    holder, key = random.choice(places)
    how = random.random()
    if how < 0.8 or isinstance(holder, list):
        holder[key] = random.choice(STRANGE)
    elif how < 0.9:
        del holder[key]
    else:
        holder[f"{key}s"] = holder.pop(key)
    return copy


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


def rewritten(path: Path, metadata: str, change: Callable[[Any], Any]) -> None:
    """Change the JSON in a Parquet file's metadata, and seal the file again, as only a stranger would."""
    words = pl.read_parquet_metadata(path)
    words.pop("ARROW:schema", None)
    words |= {metadata: json.dumps(change(json.loads(words[metadata]))), SEAL: UNSEALED}
    pl.read_parquet(path).write_parquet(path, metadata=words)
    seal_file(path)

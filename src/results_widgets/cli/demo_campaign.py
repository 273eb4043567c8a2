"""The generated campaign of the demo: made and read the first time, opened from its store after that."""

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tqdm import tqdm

from results_widgets import datasets
from results_widgets._io import write_whole
from results_widgets._version import __version__
from results_widgets.engine.query import Uniques
from results_widgets.errors import EventsError
from results_widgets.results import Results

if TYPE_CHECKING:
    from results_widgets.datasets import Dataset

SEED: Final = 1
ZONE: Final = "America/New_York"
CURRENCY: Final = "USD"
STORE: Final = "win-back.rw"
_FOLDER: Final = "win-back"
_STAMP: Final = "made.json"
_PROBED: Final = 50
"""The first users of a campaign stay the same in a larger one, so that a few tell whether it would be made alike."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The demo's campaign.

    Attributes:
        results: Its results.
        seconds: How long it took to open, or to make and read.
        before: How long that took the first time; None where this was it.
        code: Python that opens the same.
    """

    results: Results
    seconds: float
    before: float | None
    code: str

    @property
    def words(self) -> str:
        """How long it took, in a sentence."""
        took = f"{self.seconds:.1f} s" if self.seconds >= 1 else f"{self.seconds:.2f} s"
        if self.before is None:
            return (
                f"Generated, read and kept in {took}."
                if "load" in self.code
                else f"Generated and read in {took}."
            )
        return f"Opened from its store in {took}; to make and read it took {self.before:.1f} s."


def open_campaign(users: int, uniques: Uniques, keep: Path | None) -> Opened:
    """Return the campaign, from its store where it was kept and would be made alike now.

    Args:
        users: How many users it has.
        uniques: How distinct users are counted.
        keep: The folder that it and its store are kept in; None keeps nothing.
    """
    start = time.perf_counter()
    if keep is None:
        results = Results(*_generated(users), time_zone=ZONE, uniques=uniques)
        code = f"rw.Results(*rw.datasets.generate({users}, seed={SEED}, currency={CURRENCY!r}), time_zone={ZONE!r})"
        return Opened(results, time.perf_counter() - start, None, code)
    code = f"rw.load({str(keep / STORE)!r}, time_zone={ZONE!r})"
    made = {"version": __version__, "users": users, "seed": SEED, "like": _probe()}
    before = _seconds(keep, made)
    if before is not None:
        try:
            results = _read(keep, uniques)
        except (EventsError, OSError):  # damaged, or of another version's format
            before = None
        else:
            return Opened(results, time.perf_counter() - start, before, code)
    _generated(users, path=keep / _FOLDER, overwrite=True)
    _remove(keep / STORE)
    results = _read(keep, uniques)
    seconds = time.perf_counter() - start
    write_whole(keep / _STAMP, json.dumps({**made, "seconds": seconds}).encode())
    return Opened(results, seconds, None, code)


def _read(keep: Path, uniques: Uniques) -> Results:
    """Return the results of the kept files, by way of their store, with the first numbers counted."""
    folder = keep / _FOLDER
    results = Results(
        folder / "campaign.json",
        str(folder / "events-*.parquet"),
        folder / "users.parquet",
        time_zone=ZONE,
        uniques=uniques,
        store=keep / STORE,
    )
    results.overview()
    return results


def _seconds(keep: Path, made: dict[str, object]) -> float | None:
    """Return how long it took to make what is kept; None if there is nothing, or not what would be made now."""
    try:
        known = json.loads((keep / _STAMP).read_text(encoding="utf-8"))
        seconds = float(known.pop("seconds"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return seconds if known == made and (keep / STORE).is_dir() else None


def _probe() -> str:
    """Return what tells campaigns apart that two versions of the generator make."""
    campaign, events, _ = datasets.generate(_PROBED, seed=SEED, currency=CURRENCY)
    text = json.dumps(campaign.to_dict(), sort_keys=True) + events.lazy().collect().write_csv()
    return hashlib.sha256(text.encode()).hexdigest()


def _remove(store: Path) -> None:
    """Remove the store that this command made: it may be damaged, or of a format of before."""
    shutil.rmtree(store, ignore_errors=True)


def _generated(users: int, **where: Any) -> "Dataset":
    with tqdm(total=users, unit=" users", desc="Generating", file=sys.stderr, leave=False) as bar:
        return datasets.generate(
            users, seed=SEED, currency=CURRENCY, progress=_progress(bar), **where
        )


def _progress(bar: "tqdm[Any]") -> Callable[[int, int], None]:
    def update(done: int, _: int) -> None:
        bar.update(done - bar.n)

    return update

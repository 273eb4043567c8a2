"""Results that go on: however the events arrive, they end where one full read would."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import Phase, given, note, settings
from polars.testing import assert_frame_equal

import results_widgets as rw
from tests.strategies import Question, questions

COLUMNS = ("variant", "platform", "country")


def frames(results: rw.Results) -> dict[str, pl.DataFrame]:
    """The public frames, under the results' own rules and under others."""
    found: dict[str, pl.DataFrame] = {"quality": results.quality(), "entries": results.entries()}
    for name in ("default", "leanplum-v2"):
        view = results.with_definitions(name)
        found[f"overview {name}"] = view.overview()
        found[f"actions {name}"] = view.actions()
        found[f"conversions {name}"] = view.conversions()
    for by in (by for by in COLUMNS if by in results.breakdowns):
        found[f"overview {by}"] = results.overview(by=by)
        found[f"channels {by}"] = results.channels(by=by)
    found["explore"] = results.explore("unique_users", every="1h", cumulative=True)
    found["users"] = results.analytics().users_in_campaign().users
    nodes, edges = results.flow()
    return found | {"nodes": nodes, "edges": edges}


class Folder:
    """A folder of events that arrive in parts, in any order, some again and some late."""

    def __init__(self, folder: Path, asked: Question) -> None:
        self.folder, self.asked = folder, asked
        self.random = asked.choose("arrival")
        events = asked.case.events
        self.left = self.random.sample(range(events.height), events.height)
        self.parts: dict[str, list[int]] = {}

    def arrive(self) -> None:
        """Some rows arrive: in a new file anywhere among the others, or in one written anew."""
        count = self.random.randint(1, max(1, self.asked.case.events.height // 2))
        rows, self.left = self.left[:count], self.left[count:]
        known = list(self.parts)
        name = f"events-{self.random.randint(0, 999):03}.parquet"
        if known and self.random.random() < 0.4:
            name = self.random.choice(known)
        kept = self.parts.get(name, [])
        if kept and self.random.random() < 0.3:
            # What a file held moves on to others.
            moved = self.random.randint(1, len(kept))
            self.left += kept[:moved]
            kept = kept[moved:]
        self.parts[name] = [*kept, *rows] if self.random.random() < 0.7 else [*rows, *kept]
        self.asked.case.events[self.parts[name]].write_parquet(self.folder / name)

    def results(self) -> rw.Results:
        case, query = self.asked.case, self.asked.query
        return rw.Results(
            dict(case.campaign),
            self.folder,
            case.users,
            definitions=query.definitions,
            time_zone=query.zone,
        )


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(asked=questions())
def test_events_in_any_parts_and_any_order_end_in_the_same(
    asked: Question, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = Folder(tmp_path_factory.mktemp("parts"), asked)
    folder.arrive()
    results = folder.results()
    while folder.left:
        # What was asked before is what a refresh has to keep up to date.
        if folder.random.random() < 0.7:
            results.with_definitions(folder.random.choice(["default", "leanplum-v2"])).conversions()
            results.overview(by=folder.random.choice([None, *asked.columns]))
        folder.arrive()
        results = results.refresh()
    note(f"{folder.parts}")
    expected = folder.results()
    found, wanted = frames(results), frames(expected)
    for name, frame in wanted.items():
        assert_frame_equal(found[name], frame)

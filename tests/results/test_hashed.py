"""Stores with hashed users: they count the same and name nobody."""

import hmac
import warnings
from pathlib import Path

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.errors import SourceWarning
from tests.support.definition_sets import definitions_of
from tests.support.profiles import examples
from tests.support.refreshed import CAMPAIGN, EVENTS
from tests.support.strategies import Question, questions


def _frames(results: rw.Results) -> list[pl.DataFrame]:
    nodes, edges = results.flow()
    known = [by for by in ("variant", "platform") if by in results.breakdowns]
    grouped = [results.overview(by=by) for by in known]
    return [results.overview(), results.channels(), results.actions(), nodes, edges, *grouped]


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=examples(8))
@given(asked=questions())
def test_every_number_is_that_of_the_results(
    asked: Question, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path, query = tmp_path_factory.mktemp("hashed") / "x.rw", asked.query
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SourceWarning)
        results = rw.Results(
            dict(asked.case.campaign),
            asked.case.events,
            asked.case.users,
            definitions=definitions_of(query.definitions),
            time_zone=query.zone,
        )
        results.save(path, users="hashed", key="secret")
    found = rw.load(path, definitions=definitions_of(query.definitions), time_zone=query.zone)
    expected = _frames(results)
    assert len(expected) >= 5
    for one, other in zip(_frames(found), expected, strict=True):
        assert_frame_equal(one, other, check_row_order=False)


def _named() -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Events and users in which every user has texts of their own, and these texts."""
    names = {"anna": "anna-7Qx", "bob": "bob-9Rz", "carl": "carl-3Tw"}
    user = pl.col("user_id").replace_strict(names)
    events = EVENTS.with_columns(
        user,
        pl.format("{}-{}", user, "event_id").alias("event_id"),
        pl.format("https://shop/{}", user).alias("link"),
        pl.struct(user.alias("who")).alias("context"),
    )
    users = pl.DataFrame(
        {
            "user_id": [*names.values()],
            "email": [f"{name}@mail" for name in names.values()],
            "plan": ["pro", "pro", "free"],
            "age": [41, 41, 41],
        }
    )
    return events, users, [*names.values()]


def test_nobody_can_be_read_from_its_files(tmp_path: Path) -> None:
    events, users, names = _named()
    results = rw.Results(CAMPAIGN, events, users, time_zone="UTC")
    path = tmp_path / "x.rw"
    with pytest.warns(SourceWarning, match="columns link, context, email are left out"):
        results.save(path, users="hashed", key="secret")
    content = b"".join(one.read_bytes() for one in path.rglob("*") if one.is_file())
    assert [name for name in names if name.encode() in content] == []
    found = rw.load(path, time_zone="UTC")
    assert {"platform", "plan", "age"} <= {*found.breakdowns}
    assert not {"link", "context", "email"} & {*found.breakdowns}
    anna = hmac.digest(b"secret", b"anna-7Qx", "sha256").hex()
    assert anna in found.conversions()["user_id"].to_list()


def test_the_same_key_gives_the_ids_that_an_exported_segment_has(tmp_path: Path) -> None:
    results = rw.Results(CAMPAIGN, EVENTS, time_zone="UTC")
    results.save(tmp_path / "x.rw", users="hashed", key="secret")
    found = rw.load(tmp_path / "x.rw", time_zone="UTC").users("conversions")
    results.users("conversions").export(tmp_path / "x.csv", columns=["user_id"], salt="secret")
    exported = pl.read_csv(tmp_path / "x.csv")["user_id"]
    assert sorted(found.users["user_id"]) == sorted(exported)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"users": "hashed"}, "needs a secret"),
        ({"users": "hashed", "key": ""}, "key='' protects nobody"),
        ({"users": "hash", "key": "k"}, "did you mean 'hashed'"),
        ({"key": "k"}, "pass users='hashed' as well"),
    ],
)
def test_what_protects_nobody_is_refused(
    arguments: dict[str, str], said: str, tmp_path: Path
) -> None:
    results = rw.Results(CAMPAIGN, EVENTS, time_zone="UTC")
    with pytest.raises(rw.QueryError, match=said):
        results.save(tmp_path / "x.rw", **arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "x.rw").exists()

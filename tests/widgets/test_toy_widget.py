"""A widget is a class, a part of the state and a component: a toy made of these follows the shared selection."""

from collections.abc import Iterator

import polars as pl
import pytest

import results_widgets as rw
from tests.support.comm import browser_selects, metrics, sent, small
from tests.support.toy_widget import Pace, declared

pytestmark = pytest.mark.usefixtures("lines")


@pytest.fixture(autouse=True)
def part() -> Iterator[None]:
    with declared():
        yield


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return small()


def test_it_sends_its_own_part_and_those_that_all_have(results: rw.Results) -> None:
    toy = Pace(results)
    assert toy._pace == {"day": "2026-03-01", "conversions": 1}
    assert metrics(toy) == metrics(rw.Overview(results))
    assert toy._flow == {}


def test_it_follows_what_another_widget_selects(results: rw.Results) -> None:
    selection = rw.Selection()
    toy, flow = Pace(results, selection=selection), rw.Flow(results, selection=selection)
    sent(toy)
    browser_selects(flow, range="custom", start="2026-03-02", end="2026-03-04")
    assert toy.selection.start == flow.selection.start
    (update,) = (one for one in sent(toy) if "_pace" in one["state"])
    assert update["state"]["_pace"] == {"day": "2026-03-02", "conversions": 0}
    # What its numbers do not depend on sends no new ones.
    browser_selects(flow, variant="B")
    assert all("_pace" not in one["state"] for one in sent(toy))


def test_what_is_selected_on_it_reaches_the_others(results: rw.Results) -> None:
    selection = rw.Selection()
    toy, flow = Pace(results, selection=selection), rw.Flow(results, selection=selection)
    browser_selects(toy, action="mail", metric="users_received")
    assert flow._selection["action"] == "mail"
    assert isinstance(toy.segment, rw.Segment)
    assert toy.segment.users["user_id"].to_list() == ["anna", "bob"]
    toy.close()
    assert flow.view.unique_users() == 2


def test_it_is_refused_what_all_widgets_refuse(results: rw.Results) -> None:
    with pytest.raises(TypeError, match="Pace takes Results, found DataFrame"):
        Pace(pl.DataFrame())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="did you mean 'metric'"):
        Pace(results, metrik="users")  # type: ignore[call-arg]

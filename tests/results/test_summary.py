"""Results in words: the verdict, or what would be needed for one; nothing that the intervals do not carry."""

import re
import sys
from typing import Any

import pytest

import results_widgets as rw
from results_widgets.engine.statistics import wilson
from tests.support.arms import CAMPAIGN, HELD_BACK, closing, event, results, users
from tests.support.loops import some

GOOD = [users("A", 450, 45), users("B", 450, 90), users(HELD_BACK, 100, 5), closing()]
PLAIN: dict[str, Any] = {"variants": [], "holdback": 0}


def plain(*rows: list[dict[str, Any]]) -> rw.Results:
    """Results of a campaign without variants."""
    return results(*[[{**one, "variant": None} for one in some_] for some_ in rows], **PLAIN)


def test_the_experiments_verdict_stands_first_and_its_conditions_last() -> None:
    found = results(*GOOD)
    lines, own = found.summary().splitlines(), found.experiment().summary().splitlines()
    assert lines[0] == own[0]
    assert lines[-2:] == own[-2:]
    assert "900 entries of 900 users, beside 100 entries held back." in lines


def test_sentences_are_tied_to_metrics_of_the_glossary_or_the_experiment() -> None:
    found = results(*GOOD)
    known = {*found.glossary()["metric"], *found.experiment().table["metric"]}
    summary = found.summary()
    assert "\n".join(one.text for one in summary.sentences) == summary
    for one in some(summary.sentences):
        assert {name.rpartition(":")[2] for name in one.metrics} <= known


def test_without_arms_the_rate_stands_with_its_interval_and_what_is_needed_to_know() -> None:
    lines = plain(users("A", 1000, 150), closing()).summary().splitlines()
    low, high = (f"{100 * end:.1f}" for end in wilson(150, 1000))
    assert lines[0] == (
        f"15.0\u202f% of 1,000 entries converted (95\u202f%: {low} to {high}); no one was held back, "
        "so no lift is known."
    )
    assert re.fullmatch(
        r"To know, hold back one user in ten: with 1,000 users, a lift of \d+\.\d points would show in "
        r"80 of 100 cases\.",
        lines[1],
    )


def test_the_lift_that_would_show_is_the_one_of_the_power_of_such_arms() -> None:
    line = plain(users("A", 1000, 150), closing()).summary().splitlines()[1]
    told = float(re.findall(r"a lift of (\d+\.\d) points", line)[0])
    arms = [users("A", 900, 135), users(HELD_BACK, 100, 15), closing()]
    asked = results(*arms, variants=[{"id": "A"}]).experiment(metrics="converted").power
    assert told == pytest.approx(100 * asked["smallest_difference"][0], abs=0.05)


def test_of_few_entries_counts_are_told_and_no_rate() -> None:
    lines = plain(users("A", 29, 10), closing()).summary().splitlines()
    assert lines[0].startswith("10 of 29 entries converted, too few for a rate; no one was held")
    alone = plain(users("A", 3, 1), closing()).summary().splitlines()
    assert (
        alone[1] == "To know, hold back one user in ten; with 3 users even that would show no lift."
    )
    single = plain(users("A", 1, 1), closing()).summary().splitlines()
    assert single[0].startswith("1 of 1 entry converted, too few for a rate")
    assert "1 entry of 1 user." in single
    enough = plain(users("A", 30, 10), closing()).summary()
    assert enough.startswith("33.3\u202f% of 30 entries converted")


def test_without_a_control_the_first_variant_is_taken_as_one() -> None:
    variants = [{"id": "A", "name": "10 % off"}, {"id": "B", "name": "15 % off"}]
    found = results(users("A", 450, 45), users("B", 450, 90), closing(), variants=variants)
    assert found.summary().startswith(
        "15 % off: +10.0 points over 10 % off (95\u202f%: 5.4 to 14.6)"
    )
    with pytest.raises(rw.QueryError, match="pass control="):
        found.experiment()


def test_variants_that_nobody_declared_are_compared_as_well() -> None:
    found = results(users("A", 450, 45), users("B", 450, 90), closing(), variants=[], holdback=0)
    assert found.summary().startswith("B: +10.0 points over A")


def test_arms_that_cannot_be_compared_leave_the_rate_and_the_reason() -> None:
    rows = [[event(f"A{n}", "sent")] for n in range(40)]
    found = results(*rows, [event("A0", "opened", 1, "A"), event("A1", "opened", 1, "B")])
    lines = found.summary().splitlines()
    assert lines[0].startswith("0\u202f% of 40 entries converted")
    assert "no value on the rows that start entries" in lines[1]


def test_rolled_up_results_say_that_they_cannot_tell() -> None:
    pytest.importorskip("datasketches")
    lines = results(*GOOD).rollup().results().summary().splitlines()
    assert lines[0].startswith("15.0\u202f% of 900 entries converted")
    assert lines[1].startswith("A roll-up holds no users, so its arms cannot be compared")


def test_a_verdict_needs_no_package_that_an_extra_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("scipy", "scipy.special", "numpy", "pandas", "pyarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    lines = results(*GOOD).summary().splitlines()
    assert lines[0].startswith("+10.0 points over the held back")


def test_numbers_stand_as_the_locale_has_them() -> None:
    found = results(*GOOD)
    german = rw.Selection(locale="de").written(found)
    assert german.summary().startswith("+10,0 points over the held back (95\u202f%: 3,5 to 13,8)")


def test_what_open_entries_may_bring_is_told_with_its_interval() -> None:
    early = [event(f"o{n}", "sent", 25, "A") for n in range(50)]
    newest = [event("A0", "opened", 28)]
    lines = results(users("A", 450, 45), users("B", 450, 90), early, newest, holdback=0).summary()
    text = next(line for line in lines.splitlines() if " entries converted " in line)
    assert re.search(r"; 50 entries still open, until 2 April: 1\d\.\d\u202f% will have conv", text)


def test_nobody_in_range_is_said() -> None:
    assert (
        plain(users("A", 9, 1))
        .between("2027-01-01", None)
        .summary()
        .startswith("No one has entered in this range.")
    )


def test_the_action_with_the_most_conversions_is_named_only_if_chance_does_not_explain_it() -> None:
    actions = [*CAMPAIGN["actions"], {"id": "again", "name": "Again", "channel": "push"}]
    pushed = [{**event(f"A{n}", "sent", 0.5, "A"), "action_id": "again"} for n in range(30)]
    told = results(users("A", 100, 80), pushed, closing(), actions=actions, holdback=0).summary()
    assert "mail has the most conversions attributed to it: 50 of 80, 62.5\u202f%." in told
    even = [{**event(f"A{n}", "sent", 0.5, "A"), "action_id": "again"} for n in range(39)]
    close = results(users("A", 100, 80), even, closing(), actions=actions, holdback=0).summary()
    assert "most conversions" not in close

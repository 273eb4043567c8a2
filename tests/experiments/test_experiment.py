"""Experiments on campaigns made to measure: arms, exposure, verdicts, what is refused."""

from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.errors import QueryError
from results_widgets.experiments import Experiment
from tests.support.arms import HELD_BACK, closing, event, results, users

GOOD = [users("A", 450, 45), users("B", 450, 90), users(HELD_BACK, 100, 5), closing()]


def row(found: Experiment, metric: str, arm: str) -> dict[str, Any]:
    """One row of the table."""
    return found.table.row(
        by_predicate=(pl.col("metric") == metric) & (pl.col("arm") == arm), named=True
    )


# -------------------------------------------------------------------------------------------- arms


def test_arms_have_their_declared_shares_of_everyone() -> None:
    arms = results(*GOOD).experiment().arms
    assert arms["arm"].to_list() == ["A", "B", "held_back"]
    assert arms["role"].to_list() == ["treatment", "treatment", "control"]
    assert arms["declared_share"].to_list() == pytest.approx([0.45, 0.45, 0.1])
    assert arms["users"].to_list() == [450, 450, 100]
    assert arms["share"].to_list() == [0.45, 0.45, 0.1]


def test_without_anybody_held_back_the_marked_variant_is_the_control() -> None:
    arms = results(users("A", 20, 2), users("B", 20, 4), closing()).experiment().arms
    assert dict(arms.select("arm", "role").iter_rows()) == {"A": "control", "B": "treatment"}
    assert arms["declared_share"].to_list() == [0.5, 0.5]


def test_without_any_control_the_error_asks_for_one() -> None:
    plain = [{"id": "A"}, {"id": "B"}]
    with pytest.raises(QueryError, match="pass control= with one of A, B"):
        results(users("A", 5, 1), users("B", 5, 1), variants=plain).experiment()


def test_unknown_control_is_refused_with_those_there_are() -> None:
    with pytest.raises(QueryError, match="unknown control 'C'; known: A, B, held_back"):
        results(*GOOD).experiment(control="C")


def test_without_variants_the_held_back_stand_against_everyone_else() -> None:
    rows = [users("A", 90, 9), users(HELD_BACK, 10, 1), closing()]
    plain = [[{**one, "variant": None} for one in some] for some in rows]
    found = results(*plain, variants=[]).experiment()
    assert found.arms["arm"].to_list() == ["treated", "held_back"]
    assert found.arms["declared_share"].to_list() == pytest.approx([0.9, 0.1])
    assert row(found, "converted", "treated")["value"] == 0.1


def test_users_seen_in_two_arms_are_left_out_or_kept_in_their_first() -> None:
    rows = [*GOOD, [event("A0", "sent", 2, "B"), event("held_back0", "sent", 3, "A")]]
    found = results(*rows).experiment()
    assert found.crossovers == 2
    assert found.arms["users"].to_list() == [449, 450, 99]
    assert "2 users seen in two arms are left out." in found.summary()
    kept = results(*rows).experiment(crossovers="first")
    assert kept.crossovers == 2
    assert kept.arms["users"].to_list() == [450, 450, 100]
    assert "2 users seen in two arms count in their first." in kept.summary()


def test_rows_without_a_variant_name_no_arm() -> None:
    rows = [*GOOD, [event("A0", "sent", 1), event("nobody", "sent", 0)]]
    found = results(*rows).experiment()
    assert found.crossovers == 0
    assert found.arms["users"].to_list() == [450, 450, 100]
    assert "1 user whose entries name no arm is left out." in found.summary()


def test_arms_are_of_entries_in_the_range() -> None:
    again = [event("A0", "sent", 20, "B"), event("A1", "sent", 20, "A")]
    later = results(*GOOD, again).between(date(2026, 3, 15), None).experiment(control="A")
    assert dict(later.arms.select("arm", "users").iter_rows()) == {"A": 1, "B": 1}
    assert later.crossovers == 0


# ---------------------------------------------------------------------------------------- exposure


def test_window_is_as_long_for_everyone_and_includes_both_ends() -> None:
    week = timedelta(days=7)
    at = [0.0, 7.0, 7.0 + 1e-6]
    rows = [users(HELD_BACK, 3, 0), users("A", 3, 0)]
    buys = [event(f"A{n}", "Purchase", days) for n, days in enumerate(at)]
    # A second action prolongs the entry, which matters to the walk and not here.
    longer = [event("A2", "sent", 5, "A")]
    found = results(*rows, buys, longer, closing()).experiment(control=HELD_BACK)
    told = row(found, "converted", "A")
    assert told["window"] == week
    assert told["value"] == pytest.approx(2 / 3)
    assert (
        row(results(*rows, buys, closing()).experiment(window="8d"), "converted", "A")["value"] == 1
    )


def test_ripe_are_those_whose_window_the_data_has_seen() -> None:
    rows = [users(HELD_BACK, 30, 3), users("A", 30, 6)]
    late = [event("late", "sent", 1, "A"), event("A0", "opened", 7)]
    found = results(*rows, late).experiment()
    told = row(found, "converted", "A")
    assert (told["users"], told["ripe_users"], told["control_ripe_users"]) == (31, 30, 30)
    one_less = results(*rows, [event("A0", "opened", 7 - 1e-6)]).experiment()
    assert row(one_less, "converted", "A")["ripe_users"] == 0


@pytest.mark.parametrize(("mode", "count", "value"), [("single", 1, 5.0), ("multiple", 3, 36.0)])
def test_single_mode_counts_a_users_first_purchase_alone(
    mode: str, count: float, value: float
) -> None:
    buys = [event("A0", "Purchase", day, value=v) for day, v in ((2, 1.0), (1, 5.0), (3, 30.0))]
    rows = [users(HELD_BACK, 1, 0), users("A", 1, 0), buys, closing()]
    goal = {"events": ["Purchase"], "mode": mode, "value": "value"}
    found = results(*rows, goal=goal).experiment()
    assert row(found, "converted", "A")["value"] == 1
    assert row(found, "conversions_per_user", "A")["value"] == count
    assert row(found, "value_per_user", "A")["value"] == value


# ---------------------------------------------------------------------------------------- verdicts


def test_difference_is_shown_with_its_interval_and_what_it_brought() -> None:
    found = results(*GOOD).experiment()
    told = row(found, "converted", "B")
    assert told["difference"] == pytest.approx(0.15)
    assert told["low"] < 0.15 < told["high"]
    assert told["relative"] == pytest.approx(3.0)
    assert told["verdict"] == "better"
    assert row(found, "converted", "A")["verdict"] == "no difference shown"
    extra = found.incremental
    assert extra["arm"].to_list() == ["A", "A", "B", "B", "all", "all"]
    both = extra.row(by_predicate=(pl.col("arm") == "all") & (pl.col("metric") == "conversions"))
    assert both[2:4] == pytest.approx((0.1, 90.0))
    assert both[4] < 90 < both[5]
    value = extra.row(by_predicate=(pl.col("arm") == "B") & (pl.col("metric") == "value"))
    assert value[2:4] == pytest.approx((1.5, 675.0))


def test_what_the_held_back_cannot_have_is_compared_between_treatments() -> None:
    opened = [event(f"A{n}", "opened", 1) for n in range(100)]
    left = [event(f"B{n}", "unsubscribed", 1) for n in range(60)]
    found = results(*GOOD, opened, left).experiment()
    for metric in ("unique_opened", "engaged", "unsubscribed"):
        rows = found.table.filter(pl.col("metric") == metric)
        assert rows["arm"].to_list() == ["B"]
        assert rows["control_users"].to_list() == [450]
        assert rows["method"].str.ends_with(", against A").all()
    assert row(found, "unique_opened", "B")["channel"] == "email"
    assert row(found, "unique_opened", "B")["verdict"] == "worse"
    # Fewer of them is better.
    assert row(found, "unsubscribed", "B")["difference"] > 0
    assert row(found, "unsubscribed", "B")["verdict"] == "worse"
    assert (
        row(results(*GOOD, opened, left).experiment(control="B"), "unsubscribed", "A")["verdict"]
        == "better"
    )


def test_too_early_while_windows_are_open_and_events_are_few() -> None:
    rows = [users(HELD_BACK, 50, 1), users("A", 50, 20), [event("late", "sent", 7, "A")]]
    half: dict[str, Any] = {"holdback": 0.5, "variants": [{"id": "A"}]}
    early = results(*rows, **half).experiment()
    assert row(early, "converted", "A")["verdict"] == "too early"
    assert early.summary().startswith(
        "Too early: 1 of 101 windows is open; decides around 15 March.\n"
        "An arm has fewer than 5 users who did, or did not, convert."
    )
    closed = results(*rows, closing(), **half).experiment()
    assert row(closed, "converted", "A")["verdict"] == "better"


def test_nobody_ripe_is_too_early_and_nobody_at_all_is_told_apart() -> None:
    rows = [users("A", 9, 2), users("B", 9, 2), users(HELD_BACK, 2, 1)]
    early = results(*rows).experiment().summary()
    assert early.startswith("Too early: 20 of 20 windows are open; decides around 8 March.")
    only = [{"id": "A", "share": 1.0, "control": True}, {"id": "B", "share": 0.0}]
    lone = results(users("A", 10, 2), closing(), variants=only).experiment().summary()
    assert lone.startswith("Too early: there is nobody to compare in B, of 10 users in all.")


def test_adjustment_is_over_every_row_with_a_p_value() -> None:
    table = results(*GOOD).experiment(adjust="holm").table
    known = table.drop_nulls("p_value").sort("p_value")
    rest = known.height - pl.int_range(known.height, eager=True)
    holm = (known["p_value"] * rest).cum_max().clip(0, 1)
    assert known["p_adjusted"].to_list() == pytest.approx(holm.to_list())
    plain = results(*GOOD).experiment(adjust=None).table
    assert plain["p_adjusted"].to_list() == plain["p_value"].to_list()


# ------------------------------------------------------------------------------------ wrong shares


def test_wrong_shares_leave_nothing_comparable_and_the_numbers_there() -> None:
    found = results(users("A", 500, 50), users("B", 400, 40), closing(), holdback=0).experiment()
    wrong = found.mismatch
    assert wrong is not None
    assert wrong.expected == {"A": 450.0, "B": 450.0}
    assert wrong.seen == {"A": 500, "B": 400}
    assert wrong.chi_square == pytest.approx(2 * 50**2 / 450)
    assert wrong.p_value == pytest.approx(0.000858, abs=1e-6)
    assert set(found.table["verdict"]) == {"not comparable"}
    assert row(found, "converted", "B")["difference"] == 0
    assert found.summary().startswith(
        "Shares are wrong: 500 users in 10 % off instead of 450, 400 users in 15 % off instead of 450.\n"
        "Chi-square 11.1, p 0.00086: very unlikely by chance."
    )


def test_shares_that_chance_makes_are_no_alarm() -> None:
    # Chi-square 10.75 on one degree of freedom: just above 0.001.
    found = results(users("A", 499, 50), users("B", 401, 40), closing(), holdback=0).experiment()
    assert found.mismatch is None


# ----------------------------------------------------------------------------------- what is refused


def attributes(**columns: list[Any]) -> pl.DataFrame:
    ids = [f"{arm}{n}" for arm in ("A", "B") for n in range(10)]
    return pl.DataFrame({"user_id": ids, **columns})


PLAIN = [users("A", 10, 5), users("B", 10, 5), closing()]


def test_attribute_of_users_is_refused_and_trusted_in_words() -> None:
    found = results(*PLAIN, users=attributes(country=["NO", "SE"] * 10))
    with pytest.raises(
        QueryError, match=r"'country' is an attribute of users whose values \(NO, SE"
    ):
        found.experiment(by="country", control="NO")
    trusted = found.experiment(by="country", control="NO", trust=True)
    assert trusted.arms["users"].to_list() == [10, 10]
    assert trusted.table["method"].str.contains("not random, trusted").all()
    assert "not random, trusted" in trusted.summary()


def test_column_known_after_entry_only_is_refused() -> None:
    opened = [event(f"A{n}", "opened", 1, "A") for n in range(10)]
    plain = [{**one, "variant": None} for one in [*PLAIN[0], *PLAIN[1]]]
    found = results(plain, opened, closing())
    with pytest.raises(QueryError, match="no value on the rows that start entries"):
        found.experiment(control="A")
    trusted = found.experiment(control="A", trust=True)
    assert dict(trusted.arms.select("arm", "users").iter_rows())["A"] == 10


def test_users_column_with_the_declared_variants_is_an_arm() -> None:
    found = results(*PLAIN, users=attributes(group=["B", "A"] * 10)).experiment(by="group")
    assert found.arms["users"].to_list() == [10, 10]
    assert found.arms["declared_share"].to_list() == [0.5, 0.5]
    assert "not random" not in found.summary()


def test_users_who_never_entered_are_no_control() -> None:
    groups = ["B"] * 20 + ["A"]
    ids = [f"{arm}{n}" for arm in ("A", "B") for n in range(10)]
    table = pl.DataFrame({"user_id": [*ids, "never"], "group": groups})
    found = results(*PLAIN, users=table)
    with pytest.raises(
        QueryError, match="no user of 'A' has an entry: who enters is not decided at random"
    ):
        found.experiment(by="group", control="A")
    trusted = found.experiment(by="group", control="A", trust=True)
    assert row(trusted, "converted", "B")["control_users"] == 0
    assert row(trusted, "converted", "B")["difference"] is None
    # Half of all users should be in an arm that has none.
    assert row(trusted, "converted", "B")["verdict"] == "not comparable"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"by": "colour"}, "unknown column 'colour'"),
        ({"metrics": ["convrted"]}, "did you mean 'converted'"),
        ({"crossovers": "last"}, "unknown treatment of crossovers 'last'"),
        ({"adjust": "bonferroni"}, "unknown adjustment 'bonferroni'"),
        ({"level": 95}, "level is 95; it lies between 0 and 1"),
        ({"window": "a week"}, "window: 'a week' is not a duration"),
        ({"window": timedelta(days=-1)}, "which is negative"),
        ({"covariate": "age"}, "unknown covariate 'age'; known: before"),
    ],
)
def test_what_is_not_possible_is_refused(how: dict[str, Any], words: str) -> None:
    with pytest.raises(QueryError, match=words):
        results(*GOOD).experiment(**how)


def test_nobody_in_the_range_is_nothing_to_compare() -> None:
    with pytest.raises(QueryError, match="no user with an arm entered"):
        results(*GOOD).between(date(2030, 1, 1), None).experiment()


def test_roll_up_says_that_it_has_no_users() -> None:
    rolled = rw.Results(*rw.datasets.generate(50, seed=1), time_zone="UTC").rollup("1d").results()
    with pytest.raises(QueryError, match="a roll-up cannot tell who is in which arm"):
        rolled.experiment()
    for ask in (rolled.maturity, rolled.cohorts, rolled.time_to_convert):
        with pytest.raises(QueryError, match="cannot tell when each entry started"):
            ask()


# ------------------------------------------------------------------------- covariates, looks, power


def test_covariate_takes_out_what_it_explains() -> None:
    before = [event(f"{arm}{n}", "Purchase", -1) for arm in "AB" for n in range(40)]
    found = results(users("A", 100, 30), users("B", 100, 40), before, closing())
    plain, adjusted = (
        row(found.experiment(covariate=c), "converted", "B") for c in (None, "before")
    )
    assert adjusted["difference"] == pytest.approx(plain["difference"])
    assert adjusted["high"] - adjusted["low"] < 0.75 * (plain["high"] - plain["low"])
    assert "CUPED by the period before" in adjusted["method"]


def test_attribute_as_covariate_stands_at_its_mean_where_unknown() -> None:
    table = attributes(age=[float(n % 7) for n in range(19)] + [None])
    found = results(*PLAIN, users=table)
    same = results(*PLAIN, users=table.with_columns(pl.col("age").fill_null(pl.col("age").mean())))
    one, other = (r.experiment(covariate="age").table for r in (found, same))
    assert one["difference"].to_list() == pytest.approx(other["difference"].to_list())
    with pytest.raises(QueryError, match="pass an attribute that is a number"):
        results(*PLAIN, users=attributes(country=["NO"] * 20)).experiment(covariate="country")


def test_always_valid_intervals_are_wider_in_table_and_over_time() -> None:
    found = results(*GOOD)
    once, always = found.experiment(), found.experiment(sequential=True)
    one, other = (row(some, "converted", "B") for some in (once, always))
    assert other["low"] < one["low"] < one["high"] < other["high"]
    assert other["relative_low"] < one["relative_low"]
    assert "always-valid" in other["method"]
    last = once.over_time("converted").filter(pl.col("arm") == "B").row(-1, named=True)
    assert last["day"] == date(2026, 3, 8)
    assert (last["pointwise_low"], last["pointwise_high"]) == (one["low"], one["high"])
    assert (last["low"], last["high"]) == (other["low"], other["high"])


def test_over_time_is_of_those_ripe_by_then() -> None:
    late = [event(f"B{n}", "sent", 2, "B") for n in range(10, 20)]
    rows = [users("A", 20, 4), users("B", 10, 5), late, closing()]
    looks = results(*rows).experiment().over_time("converted")
    assert looks["day"].to_list() == [date(2026, 3, day) for day in (8, 9, 10)]
    assert looks["difference"].to_list() == pytest.approx([0.3, 0.3, 0.05])


def test_power_is_what_the_users_at_hand_would_show() -> None:
    found = results(users("A", 1000, 100), users("B", 1000, 130), closing()).experiment()
    least = found.power.filter(pl.col("metric") == "converted")["smallest_difference"].item()
    share = 0.1 + least
    null, other = (sqrt(a * (1 - a) / 1000 + b * (1 - b) / 1000) for a, b in _sides(share, 0.1))
    normal = NormalDist()
    assert normal.cdf((least - normal.inv_cdf(0.975) * null) / other) == pytest.approx(0.8)
    needed = found.power_for(least).row(0, named=True)
    assert needed["needed_users"] == pytest.approx(1000, abs=1)
    assert needed["missing_users"] <= 2


def _sides(share: float, base: float) -> list[tuple[float, float]]:
    """Both shares if there is no difference, and if there is."""
    middle = (share + base) / 2
    return [(middle, middle), (share, base)]


def test_users_still_needed_are_the_textbooks() -> None:
    """10 % against 15 % at 80 % power takes 686 users on either side."""
    found = results(users("A", 100, 10), users("B", 100, 12), closing()).experiment()
    needed = found.power_for(0.05).row(0, named=True)
    assert (needed["needed_users"], needed["needed_control_users"]) == (686, 686)
    assert needed["missing_users"] == 2 * 586
    with pytest.raises(QueryError, match="pass a fraction"):
        found.power_for(5)
    with pytest.raises(QueryError, match="difference is 0"):
        found.power_for(0)


# ------------------------------------------------------------------------------------------- in words


def test_summary_says_what_the_intervals_carry() -> None:
    lines = results(*GOOD).experiment().summary().splitlines()
    assert lines[0].startswith(
        "+10.0 points over the held back (95\u202f%: 3.5 to 13.8), about 90 extra conversions; "
        "15 % off beats 10 % off by 10.0 points (5.4 to 14.6)."
    )
    assert lines[1] == (
        "15.0\u202f% of those treated converted, 5.0\u202f% of the held back; 900 users against 100, "
        "each looked at for 7 days."
    )
    assert lines[2].startswith("About 90 extra conversions (")
    assert any("Every user is looked at for 7 days from the first entry" in line for line in lines)


def test_sentences_name_their_metrics() -> None:
    found = results(*GOOD).experiment()
    assert found.sentences[0].metrics == ("converted", "conversions_per_user")
    assert "\n".join(one.text for one in found.sentences) == found.summary()
    assert list(found.summary().sentences) == found.sentences
    known = {row["metric"] for row in found.table.to_dicts()}
    assert {name.rpartition(":")[2] for one in found.sentences for name in one.metrics} <= known


def test_an_unsure_difference_is_not_told_as_one() -> None:
    found = results(users("A", 50, 10), users("B", 50, 11), closing()).experiment()
    first, second = found.summary().splitlines()[:2]
    assert first == (
        "15 % off: no difference from 10 % off is shown: +2.0 points (95\u202f%: \u221214.0 to 17.9)."
    )
    assert second.startswith("22.0\u202f% of 15 % off converted, 20.0\u202f% of 10 % off; 50 users")


def test_experiment_shows_itself() -> None:
    found = results(*GOOD).experiment()
    assert repr(found).startswith(found.summary())
    assert "better" in repr(found)
    html = found._repr_html_()
    assert "<table>" in html
    assert "+10.0 points" in html
    chart = found.chart().to_dict()
    assert chart["description"].startswith("+10.0 points")
    assert len(chart["data"]["values"]) == found.table.height

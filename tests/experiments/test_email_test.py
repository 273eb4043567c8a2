"""A real e-mail test from the counts that were published of it, against statsmodels and SciPy.

Hillstrom, K. (2008), The MineThatData E-Mail Analytics and Data Mining Challenge: 64,000 customers, a third
each sent an e-mail of men's or of women's merchandise, or none, looked at for two weeks. What each spent
was not published; here buyers spend such amounts that the means per customer are the published ones.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import polars as pl
import pytest
from scipy import stats
from statsmodels.stats import multitest, proportion, weightstats

import results_widgets as rw

MENS, WOMENS, NONE = "Mens E-Mail", "Womens E-Mail", "No E-Mail"
USERS = {MENS: 21_307, WOMENS: 21_387, NONE: 21_306}
VISITS = {MENS: 3_894, WOMENS: 3_238, NONE: 2_262}
BUYERS = {MENS: 267, WOMENS: 189, NONE: 122}
SPEND = {MENS: 1.422617, WOMENS: 1.077202, NONE: 0.652789}
SENT = datetime(2008, 3, 1, 9, tzinfo=UTC)
CAMPAIGN: dict[str, Any] = {
    "id": "mailing",
    "goal": {"events": ["Purchase"], "value": "value"},
    "attribution_window": "14d",
    "holdback": 1 / 3,
    "variants": [{"id": MENS, "share": 0.5}, {"id": WOMENS, "share": 0.5}],
    "actions": [{"id": "mail", "channel": "email"}],
}


def spends(segment: str) -> Iterator[float]:
    """What each buyer spends: spread evenly around the mean that was published."""
    buyers = BUYERS[segment]
    mean = SPEND[segment] * USERS[segment] / buyers
    yield from (mean * (0.2 + 1.6 * n / (buyers - 1)) for n in range(buyers))


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """One row a customer, as whoever ran the test has them."""
    rows = []
    for segment, size in USERS.items():
        spent = list(spends(segment))
        for n in range(size):
            bought = n < BUYERS[segment]
            visit, spend = int(n < VISITS[segment]), spent[n] if bought else 0.0
            rows.append((f"{segment} {n}", segment, visit, int(bought), spend))
    columns = ["user_id", "segment", "visit", "conversion", "spend"]
    return pd.DataFrame(rows, columns=columns).sample(frac=1, random_state=7)


def events(people: pd.DataFrame, goal: str) -> pd.DataFrame:
    """The same as events: what was sent or held back, and at the end of the two weeks what came of it."""
    mailed = people["segment"] != NONE
    starts = pd.DataFrame(
        {
            "user_id": people["user_id"],
            "action_id": "mail",
            "event": mailed.map({True: "sent", False: "held_back"}),
            "timestamp": SENT,
            "variant": people["segment"].where(mailed),
            "value": None,
        }
    )
    ended = people[people[goal] == 1]
    outcomes = pd.DataFrame(
        {
            "user_id": ended["user_id"],
            "action_id": None,
            "event": "Purchase",
            "timestamp": SENT + timedelta(days=14),
            "variant": None,
            "value": ended["spend"],
        }
    )
    return pd.concat([starts.astype(object), outcomes.astype(object)], ignore_index=True)


@pytest.fixture(scope="module")
def experiments(people: pd.DataFrame) -> dict[str, Any]:
    return {
        goal: rw.Results(CAMPAIGN, events(people, goal), time_zone="UTC").experiment()
        for goal in ("visit", "conversion")
    }


def row(found: Any, metric: str, arm: str) -> dict[str, Any]:
    named: dict[str, Any] = found.table.row(
        by_predicate=(pl.col("metric") == metric) & (pl.col("arm") == arm), named=True
    )
    return named


def test_the_arms_are_those_of_the_test_and_none_is_too_large(experiments: dict[str, Any]) -> None:
    found = experiments["conversion"]
    sizes = dict(found.arms.select("arm", "users").iter_rows())
    assert sizes == {MENS: 21_307, WOMENS: 21_387, "held_back": 21_306}
    assert found.crossovers == 0
    # Chi-square 0.2 on 2 degrees of freedom.
    assert stats.chisquare(list(USERS.values())).pvalue > 0.9
    assert found.mismatch is None


# Of visits and purchases, as printed: in points, with the p-value where one was.
PUBLISHED = [
    ("visit", MENS, 7.66),
    ("visit", WOMENS, 4.52),
    ("conversion", MENS, 0.681),
    ("conversion", WOMENS, 0.311),
]


@pytest.mark.parametrize(("goal", "arm", "points"), PUBLISHED)
def test_shares_are_those_of_statsmodels_and_of_the_print(
    experiments: dict[str, Any], goal: str, arm: str, points: float
) -> None:
    found = row(experiments[goal], "converted", arm)
    hits = VISITS if goal == "visit" else BUYERS
    k, n, m, o = hits[arm], USERS[arm], hits[NONE], USERS[NONE]
    assert (found["ripe_users"], found["control_ripe_users"]) == (n, o)
    assert found["value"] == pytest.approx(k / n, rel=1e-12)
    assert found["difference"] == pytest.approx(k / n - m / o, rel=1e-12)
    digits = len(str(points).partition(".")[2])
    assert round(found["difference"] * 100, digits) == points
    # Of its intervals only Newcombe's is taken: its score interval is wrong away from 0.
    ends = proportion.confint_proportions_2indep(k, n, m, o, method="newcomb", compare="diff")
    assert (found["low"], found["high"]) == pytest.approx(ends, rel=1e-9)
    _, p_value = proportion.proportions_ztest([k, m], [n, o])
    assert found["p_value"] == pytest.approx(p_value, rel=1e-6)
    assert found["verdict"] == "better"


def test_p_values_are_the_printed_ones(experiments: dict[str, Any]) -> None:
    found = experiments["conversion"]
    assert row(found, "converted", MENS)["p_value"] < 1e-12
    assert round(row(found, "converted", WOMENS)["p_value"], 5) == 0.00016


def test_spending_is_welchs(experiments: dict[str, Any], people: pd.DataFrame) -> None:
    control = people.loc[people["segment"] == NONE, "spend"]
    for arm, printed in ((MENS, 0.770), (WOMENS, 0.424)):
        found = row(experiments["conversion"], "value_per_user", arm)
        own = people.loc[people["segment"] == arm, "spend"]
        assert round(found["difference"], 3) == printed
        means = weightstats.CompareMeans.from_data(own, control)
        ends = means.tconfint_diff(usevar="unequal")
        assert (found["low"], found["high"]) == pytest.approx(ends, rel=1e-9)
        _, p_value, _ = means.ttest_ind(usevar="unequal")
        assert found["p_value"] == pytest.approx(p_value, rel=1e-6)


@pytest.mark.parametrize(("adjust", "method"), [("holm", "holm"), ("fdr", "fdr_bh")])
def test_p_values_are_adjusted_as_by_statsmodels(
    people: pd.DataFrame, adjust: Any, method: str
) -> None:
    results = rw.Results(CAMPAIGN, events(people, "conversion"), time_zone="UTC")
    table = results.experiment(adjust=adjust).table.drop_nulls("p_value")
    _, expected, _, _ = multitest.multipletests(table["p_value"].to_numpy(), method=method)
    assert table.height > 4
    assert table["p_adjusted"].to_list() == pytest.approx(expected.tolist(), rel=1e-9)


def test_what_the_mailings_brought(experiments: dict[str, Any]) -> None:
    extra = experiments["conversion"].incremental.filter(metric="conversions")
    found: dict[str, float] = dict(extra.select("arm", "total").iter_rows())
    assert round(found[MENS]) == 145
    assert round(found[WOMENS]) == 67
    assert found["all"] == pytest.approx(found[MENS] + found[WOMENS])


def test_a_column_of_the_users_table_names_the_arms_as_well(people: pd.DataFrame) -> None:
    # Whoever was held back is so by an event; the others' variant may stand beside their attributes.
    table = events(people, "conversion").drop(columns="variant")
    users = people[["user_id", "segment"]]
    found = rw.Results(CAMPAIGN, table, users, time_zone="UTC").experiment(by="segment")
    assert row(found, "converted", MENS)["difference"] == pytest.approx(0.0068050, abs=5e-8)

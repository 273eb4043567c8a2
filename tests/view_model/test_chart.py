"""What a chart's axis says besides numbers, as the screen beside it writes them."""

from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from tests.support.loops import some


@pytest.fixture(scope="module")
def results() -> rw.Results:
    campaign, events, users = rw.datasets.generate(100, seed=3)
    return rw.Results(campaign, events.lazy().with_columns(currency=pl.lit("EUR")).collect(), users)


WORDS = {
    "conversion_rate": "per entry",
    "engagement_rate": "per unique user",
    "value_per_user": "{}\u202f€",
    "users": "",
    "median_time_to_convert": "",
}


def test_an_axis_has_the_words_of_its_metric(results: rw.Results) -> None:
    for metric, words in some(WORDS.items()):
        chart: dict[str, Any] = rw.Explore(results, metric=rw.MetricKey(metric), locale="de")._chart
        given = {one["name"]: one.get("value") for one in chart["spec"]["params"]}
        assert given["rw_words"] == words, metric

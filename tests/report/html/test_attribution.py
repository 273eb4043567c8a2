"""Whom conversions are credited to by model, under a saved page and on the command line."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import results_widgets as rw
from tests.support.loops import some


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")


def section(page: str) -> str:
    """What follows the dashboard about credit."""
    assert page.count('aria-label="Who gets the credit"') == 1
    return unescape(
        page.partition('aria-label="Who gets the credit"')[2].partition("</section>")[0]
    )


def test_page_has_models_by_actions_and_a_chart_for_each(
    results: rw.Results, tmp_path: Path
) -> None:
    found = results.attribution()
    page = results.to_html(tmp_path / "page.html", attribution=found).read_text(encoding="utf-8")
    told = section(page)
    models = found["model"].unique().to_list()
    assert told.count("<svg") == told.count("<figure>") == len(models) == 9
    rows = re.findall(r"<tr><th scope=\"row\" dir=\"auto\">(.*?)</th>(.*?)</tr>", told)
    twins = [one.id for one in results.campaign.actions if one.label == "Welcome back"]
    assert len(twins) == 2
    labels = [
        f"Welcome back ({one.id})" if one.id in twins else one.label
        for one in results.campaign.actions
    ]
    assert [name for name, _ in rows] == [*labels, "None"]
    assert all(f"…{id_[-10:]})</text>" in told for id_ in twins)
    order = found["model"].unique(maintain_order=True).to_list()
    for place, (_, cells) in enumerate(some(rows)):
        numbers = re.findall(r'<td class="rw-num">(.*?)</td>', cells)
        wanted = [found.filter(model=model)["conversions"][place] for model in order]
        assert [float(one) for one in numbers] == pytest.approx(wanted, abs=0.051)
        # Where every conversion is somebody's whole, none has a fraction.
        assert "." not in numbers[order.index("last_touch")]
        assert "." in numbers[order.index("linear")]


def test_channels_stand_under_their_labels(results: rw.Results, tmp_path: Path) -> None:
    found = results.attribution("linear", by="channel")
    page = results.to_html(tmp_path / "page.html", attribution=found, locale="de")
    told = section(page.read_text(encoding="utf-8"))
    assert ">Email</th>" in told
    assert told.count("<svg") == 1
    assert re.search(r">\d+,\d</td>", told)


def test_what_gives_small_counts_away_or_is_something_else_is_refused(
    results: rw.Results, tmp_path: Path
) -> None:
    found = results.attribution("linear")
    with pytest.raises(rw.QueryError, match="the parts of attribution would give them away"):
        results.to_html(tmp_path / "page.html", attribution=found, min_cell=5)
    other: Any
    for other in (results.overview(), "linear"):
        with pytest.raises(rw.QueryError, match=r"pass what results\.attribution\(\) returns"):
            results.to_html(tmp_path / "page.html", attribution=other)

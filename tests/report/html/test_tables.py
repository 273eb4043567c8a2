"""Tables on paper: no rows of zeros and of what the source cannot say, and a line that names what is left out."""

import re
from dataclasses import replace

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.report.html import Options, as_page
from tests.support.loops import some

LEFT_OUT = re.compile(r'<p class="rw-nothing">(.*?)</p>')
ROW = re.compile(r"<tr><td>([^<]*)</td><td>([^<]*)</td></tr>")


@pytest.fixture(scope="module")
def results() -> rw.Results:
    campaign, events, users = rw.datasets.generate(300, seed=1)
    sms = replace(campaign.channels["sms"], label="<SMS>", not_reported=("delivered",))
    kept = events.lazy().filter(pl.col("event") != "replied").collect()
    return rw.Results(replace_channels(campaign, sms), kept, users, time_zone="UTC")


def replace_channels(campaign: rw.Campaign, *own: rw.Channel) -> rw.Campaign:
    made = campaign.to_dict()
    whole = rw.Campaign("c", rw.Goal("Purchase"), [rw.Action("a", own[0].id)], own_channels=own)
    return rw.Campaign.from_json({**made, "channels": whole.to_dict()["channels"]})


def plain(html: str) -> str:
    return re.sub(r"</?span[^>]*>", "", html)


def test_paper_has_no_rows_of_nothing_and_says_what_is_left_out(results: rw.Results) -> None:
    page = as_page(results, Options(), paper=True)
    _, _, below = page.partition("<h2>Channels</h2>")
    rows = ROW.findall(below)
    assert not [label for label, text in some(rows) if text in ("0", "n/a", "0\u202f%", "–")]
    channels, *others = map(plain, LEFT_OUT.findall(below))
    sms = "not reported by the source: Delivered (&lt;SMS&gt;)"
    assert channels.startswith("Not shown: no event of ")
    assert sms in channels
    assert re.search(r"Replied[^;.]* \(&lt;SMS&gt;\)", channels.partition("not reported")[0])
    # What they name has no row in that channel's table, and what has one is not named.
    table = next(one for one in below.split("<caption>") if plain(one).startswith("&lt;SMS&gt;<"))
    shown = {label for label, _ in some(ROW.findall(table))}
    named = {
        label
        for part in re.findall(r"([^;:.]*) \(&lt;SMS&gt;\)", channels)
        for label in part.removeprefix(" no event of ").strip().split(", ")
    }
    assert named.isdisjoint(shown)
    assert {"Replied", "Delivered"} <= named
    assert "Not shown: rows of 0, and of what the source does not report." in others


def test_a_page_on_screen_has_every_row(results: rw.Results) -> None:
    page = as_page(results, Options(), paper=False)
    assert not LEFT_OUT.findall(page)
    texts = [text for _, text in some(ROW.findall(page))]
    assert "n/a" in texts
    assert "0" in texts

"""A widget's other campaign: named on its control, drawn beside its line, said in words, copied as code."""

from dataclasses import replace

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.view_model.code_snippet import code_snippet

NAME = "Autumn, “10 % off”"


@pytest.fixture(scope="module")
def spring() -> rw.Results:
    return rw.Results(*rw.datasets.generate(60, seed=1), time_zone="UTC")


@pytest.fixture(scope="module")
def autumn() -> rw.Results:
    campaign, events, users = rw.datasets.generate(80, seed=2)
    return rw.Results(replace(campaign, name=NAME), events, users, time_zone="UTC")


def test_a_widget_is_given_another_campaign(spring: rw.Results, autumn: rw.Results) -> None:
    explore = rw.Explore(spring, metric="conversions", every="1d", compare=autumn)
    assert explore.selection.compare == "campaign"
    assert explore._options["compare"] == NAME
    caption = explore._chart["caption"].rpartition(" · ")[2]
    assert caption.startswith(f"dashed: {NAME}, 2 Mar to ")
    rows = pl.read_ipc_stream(explore._series)
    found = spring.explore("conversions", every="1d", compare=autumn)
    assert rows["previous"].to_list() == found["previous"].to_list()
    assert rows["previous"].count() > 0
    code = code_snippet(explore.selection, explore.results)
    assert code == "results.explore('conversions', compare=other)"
    assert eval(code, {"results": spring, "other": autumn}).equals(found)
    # Newer results stand beside the same campaign.
    explore.results = spring.refresh()
    assert explore._options["compare"] == NAME
    assert explore._chart["caption"].rpartition(" · ")[2] == caption
    explore.selection.compare = False
    assert pl.read_ipc_stream(explore._series)["previous"].null_count() == rows.height


def test_a_selection_that_is_shared_gets_to_compare(spring: rw.Results, autumn: rw.Results) -> None:
    selection = rw.Selection(metric="users")
    alone = rw.Explore(spring, selection=selection)
    rw.Explore(spring, selection=selection, compare=autumn)
    assert selection.compare == "campaign"
    assert alone._chart["caption"].endswith(
        "no campaign to compare with: name one, compare=results"
    )
    assert "other" not in code_snippet(selection, alone.results)


def test_without_another_campaign_none_is_selected(spring: rw.Results, autumn: rw.Results) -> None:
    alone, beside = rw.Selection(), rw.Selection()
    alone.update_from({"compare": "campaign"}, spring)
    beside.update_from({"compare": "campaign"}, rw.Explore(spring, compare=autumn).results)
    assert (alone.compare, beside.compare) == (False, "campaign")
    dashboard = rw.Dashboard(spring)
    dashboard.views["Beside"] = {"compare": "campaign", "range": "7d"}
    assert dashboard.views.open("Beside") == ("other 'campaign' is not in these results",)
    assert (dashboard.selection.compare, dashboard.selection.range) == (False, "7d")


def test_what_the_other_campaign_lacks_leaves_the_own_line(spring: rw.Results) -> None:
    campaign, events, users = rw.datasets.generate(40, seed=3)
    renamed = replace(campaign, name="Short", actions=campaign.actions[:1])
    other = rw.Results(renamed, events, users, time_zone="UTC")
    last = spring.campaign.actions[-1].id
    explore = rw.Explore(spring, metric="users_received", action=last, compare=other)
    rows = pl.read_ipc_stream(explore._series)
    assert rows["value"].count() > 0
    assert rows["previous"].count() == 0
    assert f"not compared: Short: unknown action '{last}'" in explore._chart["caption"]

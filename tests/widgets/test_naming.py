"""Code that is copied from a widget runs as it is in the notebook's next cell: through a real kernel."""

from collections.abc import Callable, Iterator

import pytest
from jupyter_client.manager import start_new_kernel

import results_widgets as rw

SETUP = """
import results_widgets as rw
results = rw.Results(*rw.datasets.generate(60, seed=1), time_zone="UTC")
def asked(widget, kind, **more):
    replies = []
    widget.send = lambda reply, *_: replies.append(reply)
    widget._on_message(None, {"id": "1", "kind": kind, **more}, None)
    return replies[0][kind]
"""
Run = Callable[[str], str]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs a cell and returns what it printed."""
    manager, client = start_new_kernel(kernel_name="python3")

    def cell(code: str) -> str:
        printed: list[str] = []

        def output(message: dict[str, dict[str, object]]) -> None:
            content = message["content"]
            if "ename" in content:
                printed.append(f"{content['ename']}: {content['evalue']}")
            printed.append(str(content.get("text", "")))

        client.execute_interactive(code, output_hook=output, timeout=120)
        return "".join(printed).strip()

    assert cell(SETUP) == ""
    yield cell
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_code_names_the_variable_or_the_widget_displayed_last(run: Run) -> None:
    assert run("rw.last()").startswith("QueryError: no widget was displayed in this session")
    run("mine = rw.Dashboard(results)\nmine")
    run("head = asked(mine, 'segment', of='campaign')")
    assert run("print(head['code'])") == "mine.segment"
    assert run("print(len(eval(head['code'])) == head['size'])") == "True"
    run("saved = asked(mine, 'save', token=head['token'], name='All')")
    assert run("print(saved['code'], len(eval(saved['code'])))").startswith('mine.saved["All"] ')
    # Without a variable: a Results shown by itself makes its own.
    run("results")
    run("rw.Flow(results)")
    assert run("print(type(rw.last()).__name__, type(rw.last(2)).__name__)") == "Flow Dashboard"
    assert run("print(asked(rw.last(), 'segment', of='campaign')['code'])") == "rw.last().segment"
    assert run("print(rw.last(2) is mine)") == "True"
    # The other one still says how to reach it.
    run("del mine")
    assert run("print(asked(rw.last(2), 'segment', of='campaign')['code'])") == "rw.last(2).segment"
    assert run("rw.last(9)").startswith("QueryError: 2 widgets were displayed")
    # An audience is made before its variable is.
    run("people = rw.Audience(results.users('engaged'))\npeople")
    assert run("print(people._audience['segment']['code'])") == "people.segment"
    run("people.close()")
    assert run("print(type(rw.last()).__name__)") == "Flow"


def test_code_names_the_variables_of_the_results_and_of_the_other_campaign(run: Run) -> None:
    made = "rw.Results(*rw.datasets.generate(60, seed={}), time_zone='UTC')"
    run(f"winback, autumn = {made.format(3)}, {made.format(2)}")
    run("mine = rw.Explore(winback, metric='conversions', compare=autumn)")
    code = "winback.explore('conversions', compare=autumn)"
    assert run("print(mine._status['code'])") == code
    drawn = "pl.read_ipc_stream(mine._series)['previous'].to_list()"
    assert run(f"import polars as pl; print({code}['previous'].to_list() == {drawn})") == "True"
    run("mine.selection.by = 'platform'; mine.selection.compare = False")
    assert run("print(asked(mine, 'totals')['code'])").startswith(
        "winback.explore('conversions', by="
    )
    # Newer data has no variable yet: what it replaces has one.
    run("mine.results = winback.refresh(); mine.selection.by = None")
    assert run("print(mine._status['code'])") == "winback.explore('conversions')"
    run("newest = mine.results; mine.selection.metric = 'users'")
    assert run("print(mine._status['code'])") == "newest.explore('users')"


def test_outside_of_a_notebook_it_is_named_by_its_kind() -> None:
    with pytest.raises(rw.QueryError, match="no widget was displayed in this session"):
        rw.last()

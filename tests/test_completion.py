"""Tab completion, as a notebook's kernel answers it."""

from collections.abc import Callable, Iterator

import jedi  # type: ignore[import-untyped]
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

import results_widgets as rw

PATIENCE = 120
SETUP = """
import results_widgets as rw
results = rw.Results(*rw.datasets.generate(50, seed=1), time_zone="UTC")
"""
Complete = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def complete() -> Iterator[Complete]:
    """What the kernel offers behind a piece of code, in a notebook that has made results."""
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=PATIENCE)
    assert isinstance(client, BlockingKernelClient)
    try:
        made = client.execute_interactive(SETUP, timeout=PATIENCE)
        assert made["content"]["status"] == "ok"

        def offered(code: str) -> list[str]:
            answer = client.complete(code, len(code), reply=True, timeout=PATIENCE)
            return [name for name in answer["content"]["matches"] if not name.startswith("_")]

        yield offered
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def public(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def test_package_offers_the_public_names_and_nothing_else(complete: Complete) -> None:
    assert set(complete("rw.")) == set(rw.__all__)
    assert dir(rw) == sorted(rw.__all__)


@pytest.mark.parametrize("code", ["results.", "rw.Results.", "results.between('2026-03-01')."])
def test_results_offer_their_methods(complete: Complete, code: str) -> None:
    assert set(complete(code)) - {"mro"} == public(rw.Results)


def test_method_offers_its_parameters(complete: Complete) -> None:
    wanted = {"metric=", "action=", "channel=", "every=", "cumulative=", "by=", "compare="}
    assert wanted <= set(complete("results.explore("))


def test_answers_offer_what_they_have(complete: Complete) -> None:
    assert {"nodes", "edges"} <= set(complete("results.flow()."))
    assert {"filter", "select"} <= set(complete("results.overview()."))
    assert {"users", "save", "named"} <= set(complete("results.users_in_campaign()."))
    assert {"generate", "complete_journey"} <= set(complete("rw.datasets."))


OBJECTS: dict[str, Callable[[rw.Results], object]] = {
    "Results": lambda results: results,
    "Campaign": lambda results: results.campaign,
    "Action": lambda results: results.campaign.actions[0],
    "Channel": lambda results: results.campaign.channels["email"],
    "Definitions": lambda results: results.definitions,
    "Segment": lambda results: results.users_in_campaign(),
    "RollUp": lambda results: results.rollup(),
    "Watch": lambda results: results.watch(),
    "Dashboard": rw.Dashboard,
    "Audience": lambda results: rw.Audience(results.users_in_campaign()),
    "Selection": lambda _: rw.Selection(),
}


@pytest.mark.parametrize("kind", OBJECTS)
def test_objects_offer_their_public_names(kind: str, results: rw.Results) -> None:
    """Jedi gives up on a whole object when it cannot read one annotation."""
    thing = OBJECTS[kind](results)
    assert type(thing).__name__ == kind
    offered = {one.name for one in jedi.Interpreter("thing.", [{"thing": thing}]).complete()}
    assert public(thing) <= offered


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(50, seed=1), time_zone="UTC")

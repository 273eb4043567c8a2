"""No string of a single user leaves the kernel: every call that writes or shows is searched for such strings.

Campaigns are drawn in which every user has strings of their own everywhere: ids, columns, attributes,
links, reasons, and values that count for nothing. See docs/privacy.md for what is promised.
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings, strategies as st

import results_widgets as rw
from tests.support.own_strings import FEW, OWN, Told, drawn
from tests.support.profiles import examples
from tests.support.quiet_calls import QUIET, QUIET_COMMANDS, public_names
from tests.support.telling_files import FILES, Call
from tests.support.telling_screens import SCREENS

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")

# A smaller seed makes no simpler campaign.
PHASES = (Phase.explicit, Phase.generate)
SEEDS = st.integers(0, 2**32 - 1)
DEAR = {
    *(
        "Results.to_pdf",
        "Results.to_html",
        "Portfolio.to_html",
        "Dashboard.to_html",
        "results-widgets report",
        "Experiment._repr_html_",
    ),
    *(
        "Audience",
        "Campaigns",
        "Overview",
        "Channels",
        "Flow",
        "Explore",
        "ActionDetail",
        "Dashboard",
    ),
    "Experiment",
}
"""Calls that take more than a second of computing."""


def found_in(call: Call, told: Told, *, few: bool) -> list[bytes]:
    """Strings of users in what a call gives: of single ones, and perhaps of few."""
    searched = [OWN, FEW] if few else [OWN]
    found: list[bytes] = []
    outputs = 0
    for output in call(told):
        outputs += 1
        text = output.encode("utf-8", "replace") if isinstance(output, str) else output
        places = [one.span() for pattern in searched for one in pattern.finditer(text)]
        found += [text[max(0, start - 60) : end + 20] for start, end in places]
    assert outputs, "nothing was searched"
    return found


def search(call: Call, seed: int, *, few: bool) -> None:
    # The folder is marked like a user, so that a path that is told is found as well.
    with tempfile.TemporaryDirectory(prefix="ofone99z-") as folder:
        place = Path(folder) / "here"
        place.mkdir()
        assert found_in(call, drawn(seed, place), few=few) == []


@pytest.mark.parametrize("name", [name for name in FILES if name not in DEAR])
@given(SEEDS)
@settings(max_examples=examples(2), phases=PHASES)
def test_files_have_no_value_that_few_users_share(name: str, seed: int) -> None:
    search(FILES[name], seed, few=True)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.browser) if name == "Results.to_pdf" else name
        for name in FILES
        if name in DEAR
    ],
)
@given(SEEDS)
@settings(max_examples=examples(1), phases=PHASES)
def test_pages_have_no_value_that_few_users_share(name: str, seed: int) -> None:
    search(FILES[name], seed, few=True)


@pytest.mark.parametrize("name", [name for name in SCREENS if name not in DEAR])
@given(SEEDS)
@settings(max_examples=examples(2), phases=PHASES)
def test_what_is_shown_has_no_value_of_one_user(name: str, seed: int) -> None:
    search(SCREENS[name], seed, few=False)


@pytest.mark.parametrize("name", [name for name in SCREENS if name in DEAR])
@given(SEEDS)
@settings(max_examples=examples(1), phases=PHASES)
def test_what_widgets_sync_has_no_value_of_one_user(name: str, seed: int) -> None:
    search(SCREENS[name], seed, few=False)


def test_strings_of_users_are_everywhere_and_are_found(tmp_path: Path) -> None:
    told = drawn(1, tmp_path)
    for column in ("user_id", "event_id", "entry_id", "event", "action_id", "link", "reason"):
        assert OWN.search(repr(told.events[column].to_list()).encode()), column
    users = [drawn(seed, tmp_path).users for seed in range(9)]
    assert any(frame is not None and FEW.search(repr(frame.to_dicts()).encode()) for frame in users)

    def leaking(told: Told) -> list[str]:
        return [repr(told.results().users_in_campaign().users.to_dicts())]

    assert found_in(lambda told: iter(leaking(told)), told, few=False)


def test_every_public_call_is_searched_or_says_why_not() -> None:
    quiet = [name for names in QUIET.values() for name in names.split()]
    known = [*FILES, *SCREENS, *quiet, *QUIET_COMMANDS]
    assert sorted(known) == sorted(set(known)), "each in one list"
    assert public_names() - set(known) == set(), "search it: see tests/support/telling_files.py"
    assert set(known) - public_names() == set()


def test_a_new_writing_call_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rw.Results, "to_excel", lambda self, path: path, raising=False)
    with pytest.raises(AssertionError, match=r"Results\.to_excel"):
        test_every_public_call_is_searched_or_says_why_not()

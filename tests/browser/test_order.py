"""The order of things between the page, the kernel and a person's code, in a real JupyterLab."""

from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.support.browser.lab import PATIENCE, SECOND, Notebook, Server, keep_screenshot
from tests.support.profiles import is_thorough

Open = Callable[..., Notebook]

SETUP = """
import results_widgets as rw
results = rw.Results(*rw.datasets.generate(300, seed=1), time_zone="UTC")
heard = []
selection = rw.Selection()
selection.observe(lambda _: heard.append((selection.action, dashboard.segment.rule)), "action")
dashboard = rw.Dashboard(results, selection=selection)
dashboard
"""
# Held by what keeps Python to itself: JupyterLab lets widgets talk to a subshell, which would answer beside the cell.
BUSY = """
import ctypes, sys, time
from pathlib import Path
Path("{0} waited for").touch()
time.sleep(1)
system, interval = ctypes.PyDLL(None), sys.getswitchinterval()
sys.setswitchinterval(1000)
while system.access(b"{0}", 0):
    system.usleep(50_000)
sys.setswitchinterval(interval)
"""
_KERNEL = "window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel"
KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture
def gate(server: Server) -> Iterator[Path]:
    """A file that a busy cell waits for."""
    file = server.root / "gate"
    file.unlink(missing_ok=True)
    waited_for(file).unlink(missing_ok=True)
    yield file
    # Also where the test failed: the kernel is not to wait for ever.
    file.touch()


def waited_for(gate: Path) -> Path:
    """The file that a busy cell leaves when it has begun to wait for a gate."""
    return gate.with_name(f"{gate.name} waited for")


def busy(book: Notebook, gate: Path) -> None:
    """Keep the kernel busy until the gate opens."""
    book.start(BUSY.format(gate.name))
    for _ in range(600):
        if waited_for(gate).exists():
            break
        book.page.wait_for_timeout(100)
    book.page.wait_for_timeout(2 * SECOND)
    book.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status === 'busy'"
    )


def notice(book: Notebook, kind: str) -> Locator:
    return book.page.get_by_test_id(kind)


def test_busy_kernel_is_called_busy_and_answers_later(open_notebook: Open, gate: Path) -> None:
    book = open_notebook(SETUP, height=1600)
    users = book.widget().locator('[data-scope="campaign"][data-metric="users"]').first
    before = users.get_attribute("data-value")
    busy(book, gate)
    book.page.get_by_test_id("range").first.select_option("7d")
    book.widget().get_by_role("button", name="Users in campaign").click()
    words = notice(book, "busy-kernel")
    expect(words).to_have_text(
        "The kernel is busy. This will be answered when it is free.", timeout=30 * SECOND
    )
    keep_screenshot(book.page, "busy")
    assert "again" not in book.widget().inner_text()
    expect(notice(book, "no-kernel")).to_have_count(0)
    expect(notice(book, "segment-error")).to_have_count(0)
    gate.touch()
    panel = book.page.locator(".rw-audience")
    expect(panel).to_be_visible(timeout=PATIENCE)
    expect(words).to_have_count(0)
    expect(users).not_to_have_attribute("data-value", before or "")
    # Asked for after the range, and so of the range.
    week = "rw.Selection(range='7d').apply(results).users_in_campaign()"
    expect(panel).to_have_attribute("data-size", str(book.value(f"len({week})")))
    assert book.value(f"dashboard.segment.rule == {week}.rule")
    book.problems.check()


CLICKS = ("card", "range", "users")
ORDERS = (
    tuple(permutations(CLICKS))
    if is_thorough()
    else tuple(CLICKS[first:] + CLICKS[:first] for first in range(len(CLICKS)))
)
"""Orders of clicks: all, or three in which each comes first and last once, and before and after each other one."""


def click(book: Notebook, what: str) -> None:
    widget = book.widget()
    if what == "card":
        widget.locator('[data-action="reminder"]').first.click()
    elif what == "range":
        book.page.get_by_test_id("range").first.select_option("30d")
    else:
        widget.get_by_role("button", name="Users in campaign").first.click()


def rules(order: tuple[str, ...]) -> str:
    """The users that whoever clicked in this order expects: those clicked last, in the range of then.

    A card and a range that were clicked after it may reach the kernel together: then both ranges are right.
    """
    month = "rw.Selection(range='30d').apply(results)"
    last = max("card", "users", key=order.index)
    views = [month] if order.index("range") < order.index(last) else ["results"]
    if last == "card":
        return str(
            [f"{view}.users_in_action('reminder').rule" for view in {*views, month}]
        ).replace('"', "")
    return f"[{views[0]}.users_in_campaign().rule]"


def settled(book: Notebook) -> None:
    """Wait until the kernel has what was selected: JupyterLab holds a trait back until the one before is taken."""
    for _ in range(100):
        if book.value("(selection.action, selection.range)") == ["reminder", "30d"]:
            return
        book.page.wait_for_timeout(SECOND / 10)
    pytest.fail("the selection did not reach the kernel")


def test_clicks_on_a_busy_kernel_are_answered_in_their_order(
    open_notebook: Open, gate: Path
) -> None:
    book = open_notebook(SETUP, height=1600)
    book.widget()
    for order in ORDERS:
        book.run("selection.action = None; selection.range = 'whole'; selection.metric = 'users'")
        expect(book.widget().get_by_role("button", name="Users in campaign").first).to_be_visible()
        gate.unlink(missing_ok=True)
        busy(book, gate)
        for what in order:
            click(book, what)
        gate.touch()
        book.finish()
        expect(book.page.get_by_test_id("action-name")).to_be_visible()
        settled(book)
        assert book.value("dashboard.segment.rule") in book.value(rules(order)), order
        expect(notice(book, "segment-error")).to_have_count(0)
        expect(book.page.get_by_role("alert")).to_have_count(0)
    book.problems.check()


def test_callback_finds_the_users_of_the_card_that_was_clicked(open_notebook: Open) -> None:
    book = open_notebook(SETUP, height=1600)
    widget = book.widget()
    for action in ("reminder", "offer-10", "reminder"):
        with book.heard():
            widget.locator(f'[data-action="{action}"]').first.click()
        assert book.value("selection.action") == action
    rules = book.value("[results.users_in_action(action).rule == rule for action, rule in heard]")
    assert rules == [True] * 3
    book.problems.check()


@pytest.mark.nightly
def test_callback_that_raises_freezes_nothing(open_notebook: Open) -> None:
    book = open_notebook(SETUP, height=1600)
    widget = book.widget()
    book.run(
        "def fails(_):\n    raise RuntimeError('no such list')\n"
        "selection.observe(fails)\ndashboard.observe(fails, 'segment')"
    )
    for action in ("reminder", "offer-10"):
        with book.heard():
            widget.locator(f'[data-action="{action}"]').first.click()
        assert book.value("selection.action") == action
        expect(notice(book, "error")).to_have_count(0)
    widget.get_by_role("button", name="Users in action", exact=True).click()
    expect(book.page.locator(".rw-audience")).to_be_visible()
    assert book.value("dashboard.segment.rule == results.users_in_action('offer-10').rule")
    # As Jupyter shows what a callback raises: in its log.
    book.problems.check()


@pytest.mark.nightly
def test_killed_kernel_is_told_at_once(open_notebook: Open) -> None:
    book = open_notebook(SETUP, height=1600)
    book.widget()
    expect(notice(book, "no-kernel")).to_have_count(0)
    book.start(KILL)
    # Sooner than an answer would be called late.
    expect(notice(book, "no-kernel")).to_contain_text(
        "The kernel was restarted or has ended.", timeout=7 * SECOND
    )
    keep_screenshot(book.page, "killed")
    users = book.widget().get_by_role("button", name="Users in campaign")
    expect(users).to_be_disabled()
    # A new kernel runs in its place: it does not know this widget.
    book.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status === 'idle'",
        timeout=PATIENCE,
    )
    expect(notice(book, "no-kernel")).to_be_visible()

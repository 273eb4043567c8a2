"""The harness itself, on a widget as small as can be."""

from collections.abc import Callable

import pytest

from tests.support.browser.lab import Notebook

WIDGET = """
import anywidget, traitlets
class Counter(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
      el.innerHTML = '<button class="rw"></button>';
      const button = el.firstChild;
      const draw = () => { button.textContent = 'count ' + model.get('count'); };
      button.onclick = () => { model.set('count', model.get('count') + 1); model.save_changes(); };
      model.on('change:count', draw);
      draw();
      EXTRA
    } };'''
    count = traitlets.Int(3).tag(sync=True)
counter = Counter()
counter
"""


def test_clicks_reach_the_kernel(open_notebook: Callable[..., Notebook]) -> None:
    book = open_notebook(WIDGET.replace("EXTRA", ""))
    book.widget().click()
    assert book.widget().inner_text() == "count 4"
    assert book.value("counter.count") == 4
    assert book.page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Tokyo"
    book.problems.check()


@pytest.mark.nightly
def test_dark_is_dark(open_notebook: Callable[..., Notebook]) -> None:
    book = open_notebook(WIDGET.replace("EXTRA", ""), dark=True, width=800)
    assert book.page.locator("body").get_attribute("data-jp-theme-light") == "false"
    book.problems.check()


@pytest.mark.nightly
def test_misbehaviour_is_seen(open_notebook: Callable[..., Notebook]) -> None:
    # A name that cannot exist: the request must be seen even though it goes nowhere.
    bad = "console.error('oh'); fetch('http://elsewhere.invalid/x').catch(() => {});"
    book = open_notebook(WIDGET.replace("EXTRA", bad))
    book.widget()
    with pytest.raises(AssertionError, match=r"oh[\s\S]*elsewhere\.invalid"):
        book.problems.check()


@pytest.mark.nightly
def test_a_failing_cell_fails_the_test(open_notebook: Callable[..., Notebook]) -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        open_notebook("1 / 0")

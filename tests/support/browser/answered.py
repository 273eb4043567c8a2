"""A page whose widget is answered by the real one in Python, as by a kernel."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.sync_api import Page

from results_widgets._static import STATIC
from results_widgets.widgets.segment_widget import SegmentWidget
from tests.support.browser.pages import module_of, wire

_DRAW = """async ([host, code, state, follows, lost]) => {
    const load = (text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    const { HostModel } = await load(host);
    const { default: widget } = await load(code);
    globalThis.rwOpen = 0;
    const model = new HostModel(state, {
        standalone: false,
        onSave: async (changed, own) => {
            if (!follows) return;
            globalThis.rwOpen += 1;
            own.update(await globalThis.rwSelect(changed));
            globalThis.rwOpen -= 1;
        },
        onSend: async (content, own) => {
            globalThis.rwOpen += 1;
            const { replies, state } = await globalThis.rwAsk(content);
            own.update(state);
            for (const reply of replies) own.reply(reply);
            globalThis.rwOpen -= 1;
        },
    });
    if (lost) model.widget_manager = { kernel: null };
    widget.render({ model, el: document.querySelector("main") });
}"""


def wait_until_answered(page: Page) -> None:
    """Waits until nothing that the widget asked is open, and the answers and charts are drawn."""
    page.wait_for_function(
        """() => globalThis.rwOpen === 0
            && !document.querySelector(".rw [aria-busy=true], .rw .rw-awaited")
            && [...document.querySelectorAll(".rw-chart")].every((chart) =>
                !chart.checkVisibility() || chart.querySelector(".rw-chart-svg:not(.rw-chart-next) svg"))"""
    )


def draw(
    page: Page, widget: SegmentWidget, *, follows: bool = False, lost: bool = False
) -> list[Any]:
    """Draws the widget and answers whatever it asks; the replies are kept in the list.

    Args:
        page: Where it is drawn.
        widget: What is drawn.
        follows: Whether the widget also takes what is selected; else the numbers stay as they are.
        lost: Whether its kernel has ended.
    """
    kept: list[Any] = []
    # Playwright's callbacks run in an event loop, where a widget leaves to a thread what nobody waits for, and sends it
    # later; here it answers at once.
    kernel = ThreadPoolExecutor(1)

    def ask(content: object) -> dict[str, Any]:
        before = len(kept)
        kernel.submit(widget._on_message, None, content, None).result()
        # The bundle of charts is a megabyte, and stays as it is.
        state = {name: value for name, value in wire(widget).items() if name != "_chart_esm"}
        return {"replies": kept[before:], "state": state}

    def select(changed: dict[str, Any]) -> dict[str, object]:
        kernel.submit(widget.set_state, changed).result()
        return wire(widget)

    widget.send = lambda reply, *_: kept.append(reply)
    page.expose_function("rwAsk", ask)
    page.expose_function("rwSelect", select)
    page.set_content(
        f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Widget</title>
<style>body{{margin:0}}{(STATIC / "styles.css").read_text()}</style><body><main></main></body></html>"""
    )
    code = (STATIC / f"{module_of(widget)}.js").read_text()
    host = (STATIC / "host.js").read_text()
    page.evaluate(_DRAW, [host, code, wire(widget), follows, lost])
    return kept

"""A widget on a page of its own: the real state and the real bundles, no server and no kernel."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import results_widgets as rw
from results_widgets._static import STATIC
from results_widgets.widgets.segment_widget import SegmentWidget

MODULES = {"ActionDetail": "action"}
CODE = {"_esm", "_css", "_anywidget_id", "_code", "_own_id"}
HOST = ("_model", "_view_", "_dom")


def wire(widget: SegmentWidget) -> dict[str, object]:
    """The state that travels to a browser, as JSON."""
    own = [name for name in widget.keys if name.startswith("_") and name not in CODE]
    values = {name: getattr(widget, name) for name in own if not name.startswith(HOST)}
    if "_chart_esm" in values:
        values["_chart_esm"] = (STATIC / "chart.js").read_text()
    return {
        name: {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def module_of(widget: SegmentWidget) -> str:
    """The name of the widget's bundle."""
    kind = type(widget).__name__
    return MODULES.get(kind, kind.lower())


def write(path: Path, widget: SegmentWidget, *, standalone: bool = False) -> Path:
    """Writes a page that draws the widget; without `standalone` it believes in a kernel."""
    kind = type(widget).__name__
    states = {module_of(widget): wire(widget)}
    path.write_text(document(states, title=kind, standalone=standalone))
    return path


def document(
    states: Mapping[str, dict[str, object]],
    *,
    static: Path = STATIC,
    title: str = "Widgets",
    standalone: bool = True,
) -> str:
    """A page that draws widgets below one another, linked as by one selection.

    Args:
        states: What each shows, by the name of its bundle.
        static: Where the bundles are.
        title: The page's title.
        standalone: Whether the widgets know that there is no kernel.
    """
    content = {
        "modules": {name: (static / f"{name}.js").read_text() for name in states},
        "widgets": [
            {"module": name, "target": f"here-{name}", "standalone": standalone, "state": state}
            for name, state in states.items()
        ],
    }
    block = json.dumps(content).replace("<", "\\u003c")
    targets = "".join(f'<main id="here-{name}"></main>' for name in states)
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{margin:0}}{(static / "styles.css").read_text()}</style>
<body>{targets}<script type="application/json" data-rw-page>{block}</script>
<script type="module">{(static / "host.js").read_text()}</script></body></html>"""


def results() -> rw.Results:
    """What the pages show."""
    return rw.Results(*rw.datasets.generate(1500, seed=3), time_zone="America/Los_Angeles")

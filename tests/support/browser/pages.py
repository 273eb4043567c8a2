"""A widget on a page of its own: the real state and the real bundles, no server and no kernel."""

import base64
import json
from pathlib import Path

import results_widgets as rw
from results_widgets._static import STATIC
from results_widgets.widgets.segment_widget import SegmentWidget

MODULES = {"ActionDetail": "action"}
CODE = {"_esm", "_css", "_anywidget_id"}
HOST = ("_model", "_view_", "_dom")


def wire(widget: SegmentWidget) -> dict[str, object]:
    """The state that travels to a browser, as JSON."""
    own = [name for name in widget.keys if name.startswith("_") and name not in CODE]
    values = {name: getattr(widget, name) for name in own if not name.startswith(HOST)}
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
    kind, module = type(widget).__name__, module_of(widget)
    content = {
        "modules": {module: (STATIC / f"{module}.js").read_text()},
        "widgets": [
            {"module": module, "target": "here", "standalone": standalone, "state": wire(widget)}
        ],
    }
    block = json.dumps(content).replace("<", "\\u003c")
    path.write_text(
        f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{kind}</title>
<style>body{{margin:0}}{(STATIC / "styles.css").read_text()}</style>
<body><main id="here"></main><script type="application/json" data-rw-page>{block}</script>
<script type="module">{(STATIC / "host.js").read_text()}</script></body></html>"""
    )
    return path


def results() -> rw.Results:
    """What the pages show."""
    return rw.Results(*rw.datasets.generate(1500, seed=3), time_zone="America/Los_Angeles")

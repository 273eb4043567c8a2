"""Charts and the flow as image files."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets._io import check_output, write_whole
from results_widgets._shared import shared
from results_widgets.charts import DATASET, with_width
from results_widgets.charts.notes import with_notes
from results_widgets.disclosure import SHARED_USERS
from results_widgets.engine.calendar import from_micros
from results_widgets.errors import MissingExtraError, QueryError
from results_widgets.report.images.colours import Palette, palette_of
from results_widgets.report.images.flow import flow_svg
from results_widgets.report.images.lettering import clean, cut
from results_widgets.results import Results
from results_widgets.view_model.annotations import Noted, notes_state
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.names import with_first_line
from results_widgets.view_model.other_campaign import with_other
from results_widgets.view_model.selection import Selection

FORMATS: Final = ("png", "svg", "pdf")
_WIDTH: Final = 720
_LEGEND_WIDTH: Final = 150
_SCALE: Final = 2
_WORDS: Final = shared("chart")


def write_chart(
    results: Results,
    path: str | Path,
    *,
    theme: str = "light",
    min_users: int = SHARED_USERS,
    annotations: object = None,
    **selected: object,
) -> Path:
    """Write a chart as PNG, SVG or PDF, by the path's ending.

    Ticks and labels are in the results' zone, whatever the machine's is.

    Args:
        results: What is drawn.
        path: The file; an existing one is replaced only when the new one is complete.
        theme: ``light`` or ``dark``.
        min_users: Groups of fewer users are left out.
        annotations: What is marked on its days, as `Noted.of` takes it.
        **selected: Fields of a `Selection`: which chart is drawn.

    Raises:
        MissingExtraError: vl-convert is not installed.
        QueryError: The metric, action, channel, interval, column, theme or ending is not known.
    """
    check_output(path)
    kind = _kind(path)
    palette, noted = palette_of(theme), Noted.of(annotations)
    results, chosen = with_other(results, selected)
    selection = with_first_line(Selection(**chosen), results)
    view = selection.apply(results)
    wire, stream = chart_state(view, selection, min_users)
    metric = view._session.describe(selection.metric, selection.action, selection.channel)
    if estimate := view._session.estimate(metric):
        wire["caption"] = f"{wire['caption']} · ≈: {estimate.within}"
    rows = pl.read_ipc_stream(stream)
    wire["spec"] = _noted(view, wire, rows, notes_state(view, noted))
    spec = _styled(wire, rows, palette, selection.metric)
    convert = _converter(f"vegalite_to_{kind}")
    return _written(path, convert(spec, **({"scale": _SCALE} if kind == "png" else {})))


def _noted(view: Results, wire: Any, rows: pl.DataFrame, notes: list[Any]) -> dict[str, Any]:
    """Return the spec with notes on the intervals of its rows."""
    starts = rows["time_ms"].unique().sort()
    times = [from_micros(round(at * 1000), view.time_zone) for at in starts]
    said = [{**one, "text": clean(one["text"])} for one in notes]
    return with_notes(wire["spec"], said, times, wire["every"], _WIDTH)


def _styled(wire: Any, rows: pl.DataFrame, palette: Palette, metric: str) -> dict[str, Any]:
    """Return the spec with its data and fixed colours, and with title and caption above the chart."""
    colours = palette.chart(metric)
    spec = {**with_width(wire["spec"], _WIDTH), "background": palette.ground, "padding": 16}
    # A label of many thousand characters makes vl-convert abort the whole process.
    names = {name: cut(clean(name), _LEGEND_WIDTH, 11) for name in rows["by"].drop_nulls().unique()}
    rows = rows.with_columns(pl.col("by").replace(names))
    spec["datasets"] = {DATASET: rows.to_dicts()}
    title = cut(clean(wire["title"]), _WIDTH, 14)
    spec["description"] = title
    spec["params"] = [
        {**one, "value": colours[one["name"]]} if one["name"] in colours else one
        for one in spec["params"]
    ]
    spec["config"] = {k: v for k, v in spec.get("config", {}).items() if k != "background"}
    spec["title"] = {
        "text": title,
        # The page hatches what may still grow; here it is shaded.
        "subtitle": wire["caption"].replace(_WORDS["captionOpen"], _WORDS["captionOpenInFile"]),
        "anchor": "start",
        "color": palette.ink,
        "subtitleColor": palette.grey(palette.muted),
        "fontSize": 14,
        "subtitleFontSize": 11,
        "offset": 12,
        "limit": _WIDTH,
    }
    return spec


def write_flow(
    results: Results, path: str | Path, *, variant: str | None = None, theme: str = "light"
) -> Path:
    """Write the flow as SVG, or by vl-convert as PNG or PDF, by the path's ending.

    Raises:
        MissingExtraError: The file is a PNG or PDF, and vl-convert is not installed.
        QueryError: The variant, theme or ending is not known.
    """
    check_output(path)
    kind = _kind(path)
    svg = flow_svg(results, palette_of(theme), variant)
    if kind == "svg":
        return write_whole(path, svg.encode())
    return _written(
        path, _converter(f"svg_to_{kind}")(svg, **({"scale": _SCALE} if kind == "png" else {}))
    )


def _kind(path: str | Path) -> str:
    kind = Path(path).suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise QueryError.unknown("format", kind, FORMATS)
    return kind


def _converter(name: str) -> Callable[..., str | bytes]:
    if importlib.util.find_spec("vl_convert") is None:
        raise MissingExtraError("drawing without a browser", "vl-convert-python", "export")
    import vl_convert

    found: Callable[..., str | bytes] = getattr(vl_convert, name)
    return found


def _written(path: str | Path, content: str | bytes) -> Path:
    return write_whole(path, content.encode() if isinstance(content, str) else content)

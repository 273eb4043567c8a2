"""Boxes of ipywidgets that hold this package's widgets, and what stands in their place without a kernel.

A box displays itself, and JupyterLab writes an error where it finds no widget when the notebook is opened
again. So a box is displayed as a widget by itself is: with the static pages of what it holds.
"""

from collections.abc import Iterator
from typing import Any

import ipywidgets

from results_widgets.widgets.display import WidgetDisplay, at_end_of_cell, kernel_shell
from results_widgets.widgets.fallback import COMPUTING, Bundle, boxed_bundle


def display_boxes() -> None:
    """Have the kernel display boxes by `_display`, unless somebody chose another way."""
    shell = kernel_shell()
    if shell is None:
        return
    formatter = shell.display_formatter.ipython_display_formatter
    if ipywidgets.Box not in formatter.type_printers:
        formatter.for_type(ipywidgets.Box, _display)


def _display(box: ipywidgets.Box) -> None:
    """Display a box; one that holds none of our widgets as if this function did not exist.

    Raises:
        NotImplementedError: IPython then takes its own way.
    """
    ours = list(_held(box))
    if not ours:
        raise NotImplementedError
    found = box._repr_mimebundle_() or {}
    data, metadata = found if isinstance(found, tuple) else (found, {})
    is_late = any(one._pending for one in ours)
    shown = WidgetDisplay({**data, **_static(ours)}, metadata)
    if is_late:
        # Their own numbers are registered for the end of the cell before this is.
        at_end_of_cell(lambda: shown.update({**data, **_static(ours)}, metadata))


def _held(box: ipywidgets.Box) -> Iterator[Any]:
    """Yield this package's widgets in a box, and in boxes within it, in their order."""
    for child in box.children:
        if isinstance(child, ipywidgets.Box):
            yield from _held(child)
        elif getattr(child, "stands_static", False):
            yield child


def _static(widgets: list[Any]) -> Bundle:
    return boxed_bundle([_page(one) for one in widgets])


def _page(widget: Any) -> Bundle:
    """Return what stands for a widget; of one whose numbers are still to come, that they are."""
    if widget._pending:
        return COMPUTING
    found = widget._repr_mimebundle_()
    data: Bundle = found[0] if found else {}
    return {kind: data.get(kind, "") for kind in COMPUTING}

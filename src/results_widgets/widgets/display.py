"""Displaying a widget in a notebook, together with what stands there when the notebook is opened again."""

import sys
from collections.abc import Mapping
from typing import Any, Protocol

from results_widgets.widgets import fallback


class Displayed(Protocol):
    """Something on display that can be replaced."""

    def update(self, data: Any, *, metadata: Any = ..., raw: bool = ...) -> None:
        """Show other data in its place."""


class WidgetDisplay:
    """The outputs of one displayed widget.

    Args:
        data: Representations of the widget by MIME type, HTML among them.
        metadata: Of these.
    """

    def __init__(self, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        from IPython import display

        show: Any = display.display
        self._widget: Displayed = show(
            dict(data), metadata=dict(metadata), raw=True, display_id=True
        )
        again = fallback.reopened_bundle(data.get("text/html", ""))
        self._again: Displayed = show(again, raw=True, display_id=True)

    def update(self, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        """Show other representations of the widget."""
        self._widget.update(dict(data), metadata=dict(metadata), raw=True)
        self._again.update(fallback.reopened_bundle(data.get("text/html", "")), raw=True)


def kernel_shell() -> Any:
    """Return the IPython shell of a kernel; None in a terminal or without IPython."""
    module = sys.modules.get("IPython")
    shell = None if module is None else module.get_ipython()
    return shell if hasattr(shell, "kernel") else None

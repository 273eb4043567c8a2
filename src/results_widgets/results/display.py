"""How a notebook shows results. Widgets lie above this room, so it cannot import them: they are handed in."""

from collections.abc import Callable
from typing import Any

_display: Callable[[Any], object] | None = None


def display_with(display: Callable[[Any], object]) -> None:
    """Say how a notebook shows results: with a function that returns their MIME bundle."""
    global _display  # noqa: PLW0603 - one hook per process
    _display = display


def mime_bundle(results: object) -> object:
    """Return what a notebook shows of results."""
    return {"text/plain": repr(results)} if _display is None else _display(results)

"""What widgets are called in a notebook: code that is copied from one runs as it is in the next cell."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final
from weakref import ref

from results_widgets.results import Results
from results_widgets.results.session import Session
from results_widgets.view_model.code_snippet import Names
from results_widgets.widgets.display import kernel_shell

_displayed: Final[list["ref[Any]"]] = []


def note_displayed(widget: object) -> None:
    """Remember a widget as the one that was displayed last."""
    _displayed[:] = [one for one in _displayed if one() is not None and one() is not widget]
    _displayed.append(ref(widget))


def displayed() -> list[Any]:
    """Return the widgets that were displayed and are still open, the last one first."""
    found = [one() for one in reversed(_displayed)]
    return [widget for widget in found if widget is not None and widget.comm is not None]


def variable_of(value: object) -> str | None:
    """Return the variable of the notebook that holds a value; None without one, or without a notebook."""
    return _variable(lambda held: held is value)


def names_of(results: Results, before: Names) -> Names:
    """Return the variables that hold results and the campaign beside them; what has none keeps the name it had."""
    own, beside = results._session, results._session.beside
    return Names(
        _variable(lambda held: _holds(held, own)) or before.results,
        (beside and _variable(lambda held: _holds(held, beside))) or before.other,
    )


def _holds(held: object, session: Session) -> bool:
    """Tell whether something is results with the same answers, whatever stands beside them."""
    return isinstance(held, Results) and all(
        getattr(held._session, field.name) is getattr(session, field.name)
        for field in fields(session)
        if field.name != "beside"
    )


def _variable(is_it: Callable[[object], bool]) -> str | None:
    shell = kernel_shell()
    if shell is None:
        return None
    return next(
        (
            name
            for name, held in list(shell.user_ns.items())
            # IPython keeps outputs under names such as _ and _12, which soon hold something else.
            if not name.startswith("_") and name.isidentifier() and is_it(held)
        ),
        None,
    )


def code_of(widget: object) -> str:
    """Return the expression that gives a widget in the next cell: its variable, or ``rw.last()``."""
    name = variable_of(widget)
    if name is not None:
        return name
    for place, one in enumerate(displayed(), 1):
        if one is widget:
            return "rw.last()" if place == 1 else f"rw.last({place})"
    # Neither named nor displayed: by its kind, as in the documentation.
    return type(widget).__name__.lower()

"""What is documented: every public name of the package with its public methods, and what a docs builder reads of it."""

import inspect
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import griffe

import results_widgets as rw
from results_widgets.datasets._dataset import DatasetError
from results_widgets.experiments import Experiment
from results_widgets.report.conditions import CheckError
from results_widgets.results import Watch
from results_widgets.widgets import Diagnosis

VARIABLES = {
    "DEFINITIONS": "definitions.shipped.DEFINITIONS",
    "MetricKey": "glossary.names.MetricKey",
}
"""Public names that are neither classes nor functions, and where they are declared."""
NAMED: dict[str, Any] = {
    name: getattr(rw, name) for name in rw.__all__ if name not in ("datasets", *VARIABLES)
}
RETURNED: list[type] = [Watch, Experiment, Diagnosis, DatasetError, CheckError]
"""Classes that users get from the public ones."""
DATASETS: dict[str, Any] = {name: getattr(rw.datasets, name) for name in rw.datasets.__all__}

NAMES: dict[str, Any] = {**NAMED, **DATASETS, **{kind.__name__: kind for kind in RETURNED}}
CLASSES: dict[str, type] = {name: found for name, found in NAMES.items() if inspect.isclass(found)}
FUNCTIONS: dict[str, Callable[..., object]] = {
    name: found for name, found in NAMES.items() if not inspect.isclass(found)
}


HOOKS = {"notify_change", "hold_trait_notifications", "set_state", "agree", "follow"}
"""Methods of widgets and selections that traitlets, ipywidgets or a selection calls, and no user."""


def _methods(kind: type) -> Iterator[tuple[str, Callable[..., object]]]:
    """The public methods of a class that this package wrote, and the operator that it documents."""
    ours = [one for one in kind.__mro__ if one.__module__.startswith("results_widgets")]
    for name in sorted({name for one in ours for name in vars(one)}):
        if (name.startswith("_") and name != "__or__") or name in HOOKS:
            continue
        # A cached property has a getter as routines have, and is no call.
        if inspect.isroutine(inspect.getattr_static(kind, name)) and callable(getattr(kind, name)):
            yield name, getattr(kind, name)


def _all_methods() -> dict[str, Callable[..., object]]:
    """The methods of all public classes; one that several inherit once."""
    found: dict[object, tuple[str, Callable[..., object]]] = {}
    for name, kind in CLASSES.items():
        for method, function in _methods(kind):
            found.setdefault(function, (f"{name}.{method}", function))
    return dict(found.values())


METHODS = _all_methods()
CALLABLES = FUNCTIONS | METHODS
DOCUMENTED: dict[str, Any] = NAMES | METHODS


@cache
def _package(*, inspected: bool) -> griffe.Object:
    with warnings.catch_warnings():
        # To list a widget's members, a builder looks at attributes that ipywidgets has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = griffe.load("results_widgets", force_inspection=inspected, search_paths=sys.path)
    assert isinstance(found, griffe.Object)
    return found


def docstring_of(name: str) -> griffe.Docstring:
    """The docstring of a public name as a documentation builder finds it.

    It imports what it documents; but what is below a variable it reads from the source.
    """
    if name in VARIABLES:
        found = _package(inspected=False)[VARIABLES[name]]
    else:
        owner, _, method = name.partition(".")
        kind = NAMES[owner]
        module = kind.__module__.removeprefix("results_widgets.")
        found = _package(inspected=True)[".".join(filter(None, (module, kind.__name__, method)))]
    assert found.docstring is not None, "no docstring"
    docstring: griffe.Docstring = found.docstring
    return docstring


def sections(name: str) -> dict[str, Any]:
    """The sections of a docstring by kind; as by default, each line of Returns is a value of its own."""
    parts = docstring_of(name).parse(
        "google", returns_multiple_items=True, returns_named_value=True
    )
    return {part.kind.value: part.value for part in parts}

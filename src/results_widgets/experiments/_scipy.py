"""SciPy, loaded when first needed: only experiments ask for it."""

from functools import cache
from importlib import import_module
from typing import Any

from results_widgets.errors import MissingExtraError


@cache
def stats() -> Any:
    """Return `scipy.stats`.

    Raises:
        MissingExtraError: The extra ``stats`` is not installed.
    """
    try:
        return import_module("scipy.stats")
    except ModuleNotFoundError as error:
        raise MissingExtraError("comparing means", "scipy", "stats") from error

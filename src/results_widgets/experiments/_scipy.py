"""SciPy, loaded when first needed: only experiments ask for it."""

from functools import cache
from importlib import import_module
from typing import Any

from results_widgets.errors import MissingExtraError


@cache
def special() -> Any:
    """Return `scipy.special`, which `scipy.stats` computes its distributions by.

    The latter takes a second to import, this one a third of that.

    Raises:
        MissingExtraError: The extra ``stats`` is not installed.
    """
    try:
        return import_module("scipy.special")
    except ModuleNotFoundError as error:
        raise MissingExtraError("comparing means", "scipy", "stats") from error

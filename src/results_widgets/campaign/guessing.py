"""The function that guesses a campaign from its events, which are read in layers above this one."""

from collections.abc import Callable
from typing import Any, Final

from results_widgets._handed_in import HandedIn

GUESSER: Final = HandedIn[Callable[..., Any]]()
"""Guesses a campaign from events, goal, window and id."""

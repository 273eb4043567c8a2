"""Constants that Python and TypeScript share: each stands in one JSON file here, which both read."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def shared(name: str) -> dict[str, Any]:
    """Return a file's constants: ``flow_layout``, ``palette``, ``chart`` or ``locales``."""
    text = files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    constants: dict[str, Any] = json.loads(text)
    return constants

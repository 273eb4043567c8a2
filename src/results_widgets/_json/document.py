"""JSON text read within bounds: how large it may be, how deeply nested, and only what JSON allows."""

import json
from pathlib import Path
from typing import Final

from results_widgets._json.node import ErrorAt
from results_widgets.errors import CampaignError

LARGEST: Final = 200_000_000
"""Most characters of a document."""

DEEPEST: Final = 400
"""Most objects and lists inside one another."""


def parse(text: str | bytes, origin: str, error: ErrorAt = CampaignError) -> object:
    """Return what JSON text says.

    Args:
        text: The document, in UTF-8 where it is bytes; a byte order mark is skipped.
        origin: What the error calls the document: a file's path.
        error: Makes the error.

    Raises:
        ResultsError: The text is not JSON, too large, nested too deeply, or has NaN or Infinity,
            which JSON does not know.
    """
    if not text.strip():
        raise error(origin, "is empty; it should hold a JSON object")
    if len(text) > LARGEST:
        raise error(origin, f"is larger than {LARGEST:,} characters")
    try:
        whole = text.decode("utf-8") if isinstance(text, bytes) else text
        found: object = json.loads(whole.removeprefix("\ufeff"), parse_constant=_refuse)
    except RecursionError:
        raise error(origin, f"is nested more than {DEEPEST} levels deep") from None
    except UnicodeDecodeError:
        raise error(origin, "is not text in UTF-8; save it as UTF-8") from None
    except ValueError as problem:
        raise error(origin, f"is not valid JSON: {problem}") from None
    if _is_deep(found):
        raise error(origin, f"is nested more than {DEEPEST} levels deep")
    return found


def parse_file(path: Path, error: ErrorAt = CampaignError) -> object:
    """Return what a JSON file says.

    Raises:
        ResultsError: See `parse`; or the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise error(str(path), f"cannot be read: {problem.strerror}") from None
    except ValueError:
        raise error(str(path), "cannot be read: its name has a null character") from None
    return parse(content, str(path), error)


def _refuse(constant: str) -> object:
    msg = f"{constant} is not a number in JSON; write null"
    raise ValueError(msg)


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            item
            for one in level
            if isinstance(one, dict | list)
            for item in (one.values() if isinstance(one, dict) else one)
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True

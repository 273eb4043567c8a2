"""The JSON document that a campaign is read from."""

from datetime import datetime
from pathlib import Path

from results_widgets._io import is_file, is_folder
from results_widgets._json import parse, parse_file
from results_widgets.errors import CampaignError


def is_path(source: object) -> bool:
    """Whether a source of a campaign is a path, and not JSON text."""
    if isinstance(source, str):
        return not source.lstrip("\ufeff \t\r\n").startswith("{")
    return isinstance(source, Path)


def document(source: object) -> object:
    """Return the JSON value of a path or a text; anything else as it is."""
    if hasattr(source, "columns"):
        raise CampaignError(
            "campaign", f"a {type(source).__name__}; a campaign comes first, then its events"
        )
    if not isinstance(source, str | Path):
        return source
    if not is_path(source):
        return parse(str(source), "campaign")
    if is_folder(source):
        raise CampaignError(str(source), f"a folder; open it by rw.load({str(source)!r})")
    if not is_file(source):
        raise CampaignError(
            str(source), "no such file; pass the path of a campaign's JSON, a dict or a Campaign"
        )
    return parse_file(Path(source))


def iso(value: datetime | None) -> str | None:
    """Return an instant as text."""
    return None if value is None else value.isoformat()

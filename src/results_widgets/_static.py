"""Where the built JavaScript and CSS are."""

from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"

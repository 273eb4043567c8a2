"""The two palettes of what is drawn without a browser: those of the style sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from results_widgets._shared import shared
from results_widgets.charts import GROUPS
from results_widgets.errors import QueryError

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they mean; greys are mixed from ink and ground as the style sheet mixes them."""

    ground: str
    ink: str
    users: str
    engaged: str
    conversions: str
    groups: tuple[str, ...]
    raised: int
    sunken: int
    line: int
    faint: int
    muted: int

    def grey(self, percent: float) -> str:
        """Return so many per cent of ink on the ground."""
        return mix(self.ink, self.ground, percent)

    def chart(self, metric: str) -> dict[str, str]:
        """Return the parameters of `charts.PALETTE` for a metric's chart."""
        tones = {"conversions": self.conversions, "engaged": self.engaged}
        line = next(
            (tones[tone] for tone, parts in _TONES.items() if any(p in metric for p in parts)),
            self.users,
        )
        return {
            "rw_line": line,
            "rw_previous": self.grey(self.faint),
            "rw_grid": self.grey(self.line),
            "rw_text": self.ink,
            "rw_muted": self.grey(self.muted),
            "rw_surface": self.ground,
            "rw_open": self.grey(self.line),
            **dict(zip(GROUPS, self.groups, strict=True)),
        }


def _palette(colours: Mapping[str, Any]) -> Palette:
    mixed = colours["ink_on_ground"]
    return Palette(
        ground=colours["ground"],
        ink=colours["ink"],
        users=colours["users"],
        engaged=colours["engaged"],
        conversions=colours["conversions"],
        groups=tuple(colours["groups"]),
        raised=mixed["surface"],
        sunken=mixed["sunken"],
        line=mixed["line"],
        faint=mixed["faint"],
        muted=mixed["muted"],
    )


PALETTES: Final = {theme: _palette(colours) for theme, colours in shared("palette").items()}
_TONES: Final[Mapping[str, list[str]]] = shared("chart")["tones"]


def palette_of(theme: str) -> Palette:
    """Return a theme's palette.

    Raises:
        QueryError: It is neither light nor dark.
    """
    if theme not in PALETTES:
        raise QueryError.unknown("theme", theme, PALETTES)
    return PALETTES[theme]


def mix(one: str, other: str, percent: float) -> str:
    """Return a colour mixed of two: so many per cent of the first, in sRGB."""
    parts = [
        round(
            (int(one[at : at + 2], 16) * percent + int(other[at : at + 2], 16) * (100 - percent))
            / 100
        )
        for at in (1, 3, 5)
    ]
    return "#{:02x}{:02x}{:02x}".format(*parts)

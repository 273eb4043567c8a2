"""The palettes of images, which are drawn without a browser: those of the widgets' style sheet."""

from dataclasses import dataclass
from typing import Final, Literal

from results_widgets.charts import GROUPS
from results_widgets.errors import QueryError

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by their meaning; greys are mixed from ink and ground, as the style sheet does."""

    ground: str
    ink: str
    users: str
    engaged: str
    conversions: str
    groups: tuple[str, ...]
    raised: int
    sunken: int
    line: int

    def grey(self, percent: float) -> str:
        """Return the grey of a percentage of ink on the ground."""
        return mix(self.ink, self.ground, percent)

    def chart(self, metric: str) -> dict[str, str]:
        """Return values of the parameters in `charts.PALETTE` for a metric's chart."""
        tones = {"conver": self.conversions, "goal": self.conversions, "value": self.conversions}
        tones["engage"] = self.engaged
        line = next((tone for part, tone in tones.items() if part in metric), self.users)
        return {
            "rw_line": line,
            "rw_previous": self.grey(48),
            "rw_grid": self.grey(self.line),
            "rw_text": self.ink,
            "rw_muted": self.grey(70),
            "rw_surface": self.ground,
            "rw_open": self.grey(self.line),
            **dict(zip(GROUPS, self.groups, strict=True)),
        }


PALETTES: Final = {
    "light": Palette(
        ground="#ffffff",
        ink="#1b1f24",
        users="#2461cf",
        engaged="#7a4fd0",
        conversions="#08835a",
        groups=(
            *("#2f6fdf", "#b3590a", "#0b8a63", "#7c4dcc"),
            *("#c2347a", "#3f7d8c", "#8a6d00", "#6b7280"),
        ),
        raised=0,
        sunken=4,
        line=12,
    ),
    "dark": Palette(
        ground="#16191d",
        ink="#e8eaed",
        users="#6ea4ff",
        engaged="#ac8bf3",
        conversions="#3dc898",
        groups=(
            *("#6ea4ff", "#f0a35e", "#3dc898", "#b79af7"),
            *("#f27fb3", "#79c3d4", "#d9bd4f", "#a4acb8"),
        ),
        raised=3,
        sunken=6,
        line=15,
    ),
}


def palette_of(theme: str) -> Palette:
    """Return a theme's palette.

    Raises:
        QueryError: The theme is neither light nor dark.
    """
    if theme not in PALETTES:
        raise QueryError.unknown("theme", theme, PALETTES)
    return PALETTES[theme]


def mix(one: str, other: str, percent: float) -> str:
    """Return the mix of two colours in sRGB, with a percentage of the first."""
    parts = [
        round(
            (int(one[at : at + 2], 16) * percent + int(other[at : at + 2], 16) * (100 - percent))
            / 100
        )
        for at in (1, 3, 5)
    ]
    return "#{:02x}{:02x}{:02x}".format(*parts)

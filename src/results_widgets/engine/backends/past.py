"""An instant at which a campaign's data are looked at again, as they stood then."""

from dataclasses import dataclass, replace

from results_widgets.engine.clocks import Clocks


@dataclass(frozen=True, slots=True)
class Past:
    """An instant at which data are looked at as they stood then; all in epoch µs.

    Attributes:
        until: The last instant of which anything is known.
        since: Only numbers from here on are needed; None: all.
        span: The first and last time that a time axis has by then.
    """

    until: int
    since: int | None
    span: tuple[int, int]

    def clocks(self, whole: Clocks) -> Clocks:
        """Return which times are believed, from those of the whole data."""
        return replace(whole, oldest=min(whole.oldest, self.until), newest=self.until)

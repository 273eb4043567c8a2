"""The Channels widget; its browser half is js/src/channels.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.results_widget import ResultsWidget


class Channels(ResultsWidget):
    """A block per channel: its counts, rates and trend.

    Args:
        results: The results to show.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        **selected: Initial values of the selection, such as ``channel="email"``.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.

    Examples:
        >>> rw.Channels(results, channel="email").selection.channel
        'email'
    """

    _esm = STATIC / "channels.js"
    parts = ResultsWidget.parts | {"trends", "breakdowns"}

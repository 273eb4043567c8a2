"""The Channels widget; its browser half is js/src/channels.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.results_widget import ResultsWidget


class Channels(ResultsWidget):
    """A block per channel: its counts, rates and trend."""

    _esm = STATIC / "channels.js"
    parts = ResultsWidget.parts | {"trends", "breakdowns"}

"""The Overview widget; its browser half is js/src/overview.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.results_widget import ResultsWidget


class Overview(ResultsWidget):
    """Three rings: users, engaged, conversions."""

    _esm = STATIC / "overview.js"

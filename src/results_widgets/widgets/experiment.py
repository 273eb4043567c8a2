"""The Experiment widget; its browser half is js/src/experiment.tsx."""

from typing import Any

from results_widgets._static import STATIC
from results_widgets.errors import ResultsError
from results_widgets.results.summary import conclude
from results_widgets.widgets import fallback
from results_widgets.widgets.verdict_widget import VerdictWidget


class Experiment(VerdictWidget):
    """Whether the campaign worked: the verdict, differences with their intervals, shares, totals and conditions.

    What it shows is `Results.experiment` of the selected range; docs/experiments.md explains each method.

    Args:
        results: The results to show.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        **selected: Initial values of the selection, such as ``range="30d"``.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.

    Examples:
        >>> rw.Experiment(results).view.experiment().verdict().kind
        'early'
    """

    _esm = STATIC / "experiment.js"
    parts = VerdictWidget.parts | {"experiment"}

    def _repr_mimebundle_(
        self, **kwargs: dict[Any, Any]
    ) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        try:
            static = fallback.experiment_bundle(conclude(self.view))
        except ResultsError:  # which stands in the bundle already
            static = {}
        return {**data, **static}, metadata

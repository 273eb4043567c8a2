"""Public names, and those among them whose output need not be searched for strings of users, each with why."""

import argparse
import inspect
from collections.abc import Iterator
from types import FunctionType
from typing import Final

import results_widgets as rw
from results_widgets.alternatives import Sensitivity
from results_widgets.cli.main import _parser
from results_widgets.experiments import Experiment
from results_widgets.reconciliation import Reconciliation
from results_widgets.results import Watch
from results_widgets.widgets.diagnosis import Diagnosis

_SHOWS: Final = (
    *("__repr__", "__str__", "_repr_html_", "_repr_mimebundle_", "_repr_pretty_"),
    "__or__",
)
_RETURNED: Final = (Experiment, Reconciliation, Sensitivity, Diagnosis, Watch)


def public_names() -> set[str]:
    """What can be called: functions, widgets, the members of every public class, the commands."""
    found: set[str] = set()
    for name in rw.__all__:
        one = getattr(rw, name)
        if inspect.isclass(one):
            found.update(_members(one))
            if any(kind.__name__ == "SegmentWidget" for kind in one.__mro__):
                found.add(name)
        elif inspect.ismodule(one):
            found.update(f"{name}.{part}" for part in one.__all__)
        elif callable(one):
            found.add(name)
    for kind in _RETURNED:
        found.update(_members(kind))
    return found | {f"results-widgets {name}" for name in _commands()}


def _members(kind: type) -> Iterator[str]:
    calls = (FunctionType, classmethod, staticmethod, property)
    for owner in kind.__mro__:
        if owner.__module__.startswith("results_widgets"):
            for name, member in vars(owner).items():
                is_call = isinstance(member, calls) or hasattr(member, "func")
                if is_call and (not name.startswith("_") or name in _SHOWS):
                    yield f"{owner.__name__}.{name}"


def _commands() -> list[str]:
    actions = _parser()._actions
    (found,) = (one for one in actions if isinstance(one, argparse._SubParsersAction))
    return [*found.choices]


QUIET: Final[dict[str, str]] = {
    "returns users, or rows of theirs, which is what it was asked for": """
        Results.entries Results.conversions Results.users Results.users_in_campaign
        Results.users_in_action Results.sequence Results.segment Results.quality Portfolio.claims
        Portfolio.over_cap
        Lookups.events Lookups.profile Lookups.timeline
        SegmentBase.users SegmentBase.lazy SegmentBase.to_pandas SegmentBase.to_arrow
        SegmentBase.write SegmentBase.export SegmentBase._repr_html_ Segment.save
        SegmentStore.save SegmentStore.load SegmentStore.list SegmentStore.history
        SegmentStore.delete SegmentStore.__repr__ Results.save
    """,
    "returns segments or results, whose own output is searched": """
        Results.analytics Results.between Results.in_time_zone Results.month Results.previous
        Results.refresh Results.warm Results.watch Results.with_definitions Results.with_uniques
        Results.with_attribution Results.with_clock Results.within Results.outcome Results.rollup load sql delta iceberg
        datasets.complete_journey datasets.generate datasets.Dataset
        Parts.named Parts.sample Parts.split Segment.__or__ Segment.changes Segment.everyone
        Segment.load Segment.refresh SegmentBase.with_results RollUpCells.__or__ RollUpCells.load
        ResultsWidget.results ResultsWidget.view ResultsWidget.watch ResultsWidget.prepare
        ResultsWidget.views SegmentWidget.saved last
        SelectingWidget.view Selection.apply Selection.written
        Portfolio.analytics Portfolio.between Portfolio.in_time_zone Portfolio.items Portfolio.load
        Portfolio.month Portfolio.with_attribution Portfolio.with_clock Portfolio.with_definitions Export.portfolio
    """,
    "says what the campaign or the toolkit declares": """
        Action.__repr__ Action.label Action.to_dict Campaign.__repr__ Campaign._repr_html_
        Campaign.__str__ Campaign._repr_pretty_ Definitions._repr_html_
        Portfolio.__str__ Portfolio._repr_pretty_
        Campaign.action_by_id Campaign.actions_by_channel Campaign.channels Campaign.control
        Campaign.from_json Campaign.known_channels Campaign.label Campaign.to_dict Campaign.to_json
        Channel.__repr__ Channel.event Definitions.__repr__ Definitions.check_channels
        Definitions.from_dict Definitions.interactions Definitions.to_dict Goal.__repr__ Goal.to_dict
        ChartWidget.annotations
        Variant.__repr__ Variant.label Variant.to_dict Results.campaign Results.definitions SegmentBase.campaign
        RollUpCells.campaign Results.breakdowns MetricKey EventsError.missing_column QueryError.at
        QueryError.unknown Portfolio.names Portfolio.__repr__ Portfolio._repr_html_
    """,
    "reads what a vendor exported, and says in code what stands in it": """
        Export.campaign Export.campaigns Export.events Export.report Export.results
        Export.refused_rows Export.save
        Export.users Export.vendor Export.why Mapping.__repr__ Mapping.from_json Mapping.names
        Mapping.over Mapping.pairs Mapping.to_dict read_export vendors Campaign.from_events
    """,
    "returns a number, a flag or a time": """
        Results.unique_users Results.open_entries Results.held_back Results.is_rolled_up
        Results.read_at Results.time_zone Results.uniques Lookups.reach Segment.overlap
        Experiment.crossovers Selection.days Selection.zone Watch.stop Watch.stopped
        assert_results Portfolio.overview Portfolio.explore Portfolio.overlap Portfolio.combinations
        Portfolio.credit Portfolio.pressure Portfolio.heatmap Results.attribution Results.paths
        Portfolio.attribution Results.dialects Definitions.diff Results.next_steps FlowWidget.height Export.confidence
    """,
    "is part of what Experiment._repr_html_ shows": """
        Experiment.__repr__ Experiment.arms Experiment.chart Experiment.incremental
        Experiment.mismatch Experiment.over_time Experiment.power Experiment.power_for
        Experiment.sentences Experiment.subgroups Experiment.verdict Experiment.summary
        Experiment.table Results.experiment
    """,
    "is part of what Reconciliation._repr_html_ is searched with": """
        Reconciliation.__repr__ Reconciliation.alone Reconciliation.chart Reconciliation.rules
        Reconciliation.is_explained Reconciliation.rows_as_text Reconciliation.sentences
        Reconciliation.steps_as_text Reconciliation.summary Reconciliation.table
        Reconciliation.to_html Reconciliation.waterfall Results.reconcile
    """,
    "is part of what Sensitivity._repr_html_ is searched with": """
        Sensitivity.__repr__ Sensitivity.chart Sensitivity.left_out Sensitivity.line Sensitivity.ranges
        Sensitivity.rankings Sensitivity.rows_as_text Sensitivity.sentences Sensitivity.summary Sensitivity.table
        Sensitivity.to_html Sensitivity.written Results.sensitivity
    """,
    "is searched with the call that it is part of": """
        Audience._repr_mimebundle_ ResultsWidget._repr_mimebundle_ Experiment._repr_mimebundle_
        Campaigns._repr_mimebundle_ Campaigns.open_campaign
        Campaigns.portfolio Campaigns.view
        FlowWidget.highlight
        Export._repr_html_ Selection.__repr__
        SegmentBase.__repr__ SegmentBase.expression RollUpCells.__repr__ RollUpCells.cells
        Results.flow_by_variant Flow.__repr__ Selection.to_state Selection.update_from
    """,
    "gives nothing back": """
        CallsBackLater.hold_trait_notifications CallsBackLater.notify_change
        CallsBackLater.observe CallsBackLater.unobserve ResultsWidget.agree ResultsWidget.close
        ResultsWidget.follow Campaigns.close SegmentWidget.close SegmentWidget.set_state
        SelectingWidget.set_state Selection.notify_change Watch.__repr__
    """,
    "speaks of the installation": """
        Diagnosis.__repr__ Diagnosis.__str__ Diagnosis._repr_html_ doctor
    """,
    "is for whoever runs the code, and quotes its data": """
        SourceWarning.__str__
    """,
}
"""Why a call is not searched, and the calls. A new call that writes or shows belongs to `FILES` or `SCREENS`."""

QUIET_COMMANDS: Final = {
    "results-widgets demo": "shows a campaign that is generated",
    "results-widgets prepare": "writes a store, which holds users for their owner, and prints its size",
    "results-widgets vendors": "lists what can be read",
}

"""What every function of this package returns: a campaign with its data."""

from typing import TYPE_CHECKING, NamedTuple

from results_widgets.errors import ResultsError

if TYPE_CHECKING:
    import polars as pl

    from results_widgets.campaign import Campaign


class DatasetError(ResultsError, ValueError):
    """A data set cannot be made from these arguments."""


class Dataset(NamedTuple):
    """A campaign with its data, in the order of the arguments of `Results`.

    So ``rw.Results(*rw.datasets.complete_journey())`` works.

    Attributes:
        campaign: The campaign.
        events: One row per event; lazy if they were written to files.
        users: One row per user, ``user_id`` first.
    """

    campaign: "Campaign"
    events: "pl.DataFrame | pl.LazyFrame"
    users: "pl.DataFrame"

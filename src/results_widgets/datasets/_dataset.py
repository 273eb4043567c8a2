"""What every data set of this room gives back."""

from typing import TYPE_CHECKING, NamedTuple

from results_widgets.errors import ResultsError

if TYPE_CHECKING:
    import polars as pl

    from results_widgets.campaign import Campaign


class DatasetError(ResultsError, ValueError):
    """A data set cannot be made as asked."""


class Dataset(NamedTuple):
    """A campaign with its data, in the order in which `Results` takes them.

    ``rw.Results(*rw.datasets.complete_journey())`` therefore just works.

    Attributes:
        campaign: The campaign, checked.
        events: One row per event; lazy when the rows lie in files.
        users: One row per user, ``user_id`` first.
    """

    campaign: "Campaign"
    events: "pl.DataFrame | pl.LazyFrame"
    users: "pl.DataFrame"

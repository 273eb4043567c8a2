"""What every function of this package returns: a campaign with its data."""

from typing import TYPE_CHECKING, NamedTuple

from results_widgets.errors import ResultsError

if TYPE_CHECKING:
    import polars as pl

    from results_widgets.campaign import Campaign


class DatasetError(ResultsError, ValueError):
    """A data set cannot be made from these arguments.

    Examples:
        >>> rw.datasets.generate(0)
        Traceback (most recent call last):
        results_widgets.datasets._dataset.DatasetError: users, events: expected at least 1, found 0.
    """


class Dataset(NamedTuple):
    """A campaign with its data, in the order of the arguments of `Results`.

    Attributes:
        campaign: The campaign.
        events: One row per event; lazy if they were written to files.
        users: One row per user, ``user_id`` first.

    Examples:
        >>> campaign, events, users = rw.datasets.generate(100)
        >>> rw.Results(campaign, events, users).unique_users()
        90
    """

    campaign: "Campaign"
    events: "pl.DataFrame | pl.LazyFrame"
    users: "pl.DataFrame"

    def __repr__(self) -> str:
        return "\n".join(
            [
                f"Dataset({self.campaign!r};",
                f"  events: {_shape(self.events)};",
                f"  users: {_shape(self.users)})",
            ]
        )


def _shape(frame: "pl.DataFrame | pl.LazyFrame") -> str:
    """Return a frame's rows, where they are known, and its columns; no value of it."""
    rows = "in files," if hasattr(frame, "collect") else f"{frame.height:,} rows"
    return f"{rows} of {', '.join(frame.collect_schema().names())}"

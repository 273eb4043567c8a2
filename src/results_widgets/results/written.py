"""Frames of results in words, as pages and screens show them."""

import polars as pl

from results_widgets._written_table import WrittenTable
from results_widgets.alternatives.dialect_words import written_dialects
from results_widgets.attribution.words import written_paths
from results_widgets.glossary import headline_rows
from results_widgets.results.session import HasSession


def paths_in_words(results: HasSession, found: pl.DataFrame) -> WrittenTable:
    """Return what `Results.paths` returns as a table of text."""
    session = results._session
    return written_paths(found, session.campaign, session.locale)


def dialects_in_words(results: HasSession, found: pl.DataFrame) -> WrittenTable:
    """Return what `Results.dialects` returns as a table of text."""
    session = results._session
    metrics = {(one.channel, one.key): one for one in session.metrics(hidden=True)}
    return written_dialects(found, session.campaign, metrics, session.locale)


def key_dialects(results: HasSession, found: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `Results.dialects` that are of key numbers: of the campaign and of the channels.

    Of a channel those are key that stand in its headline.
    """
    session = results._session
    own = [one.key for one in session.metrics() if one.scope == "campaign" and one.key_metric]
    keys = [
        *((None, key) for key in own),
        *(
            (channel.id, key)
            for channel in session.campaign.channels.values()
            for row in headline_rows(channel, session.query.definitions)
            for key in row
            if key is not None
        ),
    ]
    table = pl.DataFrame(keys, {"channel": pl.String, "metric": pl.String}, orient="row")
    on = ["channel", "metric"]
    return found.join(table, on=on, how="semi", nulls_equal=True, maintain_order="left")

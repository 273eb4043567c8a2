"""Frames of results in words, as pages and screens show them."""

import polars as pl

from results_widgets._written_table import WrittenTable
from results_widgets.alternatives.dialect_words import written_dialects
from results_widgets.attribution.words import written_paths
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

"""Tables that a dashboard shows when they are asked for: by the definitions of other tools, and paths to conversion."""

import polars as pl

from results_widgets.glossary import headline_rows
from results_widgets.results import Results
from results_widgets.results.written import dialects_in_words, paths_in_words
from results_widgets.view_model.serialization import State


def dialects_reply(results: Results) -> State:
    """Return the reply to ``kind: dialects``: the key numbers of the campaign and its channels under every set.

    Args:
        results: As selected.

    Raises:
        QueryError: They come from a roll-up.
    """
    found = results.dialects()
    own = [
        one.key for one in results._session.metrics() if one.scope == "campaign" and one.key_metric
    ]
    keys = pl.DataFrame(
        [
            *((None, key) for key in own),
            *(
                (channel.id, key)
                for channel in results.campaign.channels.values()
                for row in headline_rows(channel, results.definitions)
                for key in row
                if key is not None
            ),
        ],
        {"channel": pl.String, "metric": pl.String},
        orient="row",
    )
    shown = found.join(
        keys, on=["channel", "metric"], how="semi", nulls_equal=True, maintain_order="left"
    )
    written = dialects_in_words(results, shown)
    return {
        **written.to_state(),
        "line": "Changes are from the default. results.dialects() has every number.",
    }


def paths_reply(results: Results) -> State:
    """Return the reply to ``kind: paths``: the actions that lead to conversions, and how often.

    Args:
        results: As selected.

    Raises:
        QueryError: They come from a roll-up.
    """
    return {**paths_in_words(results, results.paths()).to_state(), "line": ""}

"""What campaigns share, as the summary of a portfolio tells it: in sentences, in charts and in a table."""

from collections.abc import Mapping
from typing import Any, Final

from results_widgets._text import escape
from results_widgets.errors import QueryError
from results_widgets.locales import Locale
from results_widgets.portfolio import Portfolio
from results_widgets.report.html.portfolio_charts import (
    credit_chart,
    heatmap_chart,
    overlap_chart,
    pressure_chart,
    sets_chart,
)
from results_widgets.view_model.campaigns_shared import (
    credit_of,
    heatmap_of,
    overlap_of,
    pressure_of,
)
from results_widgets.view_model.serialization import State

_RULE: Final = "last"


def shared_parts(portfolio: Portfolio, least: int) -> State:
    """Return the overlap and the credit, as the table's script takes them.

    Nothing of a single campaign, and where users are not known.

    Args:
        portfolio: As selected.
        least: Fewest users of a currency for it to be shown.
    """
    if len(portfolio) == 1 or any(one.is_rolled_up for _, one in portfolio.items()):
        return {}
    return {
        "overlap": overlap_of(portfolio),
        "credit": {_RULE: credit_of(portfolio, _RULE, least)},
    }


def shared_html(portfolio: Portfolio, parts: Mapping[str, Any]) -> str:
    """Return the section.

    Args:
        portfolio: As selected.
        parts: As `shared_parts` returns them.
    """
    locale = next(iter(portfolio.items()))[1]._session.locale
    return (
        '<section class="rw-shared-charts"><h2>What campaigns share</h2>'
        f"{_users(parts['overlap'], locale)}{_credit(parts['credit'][_RULE], locale)}"
        f"{_pressure(portfolio, locale)}{_hours(portfolio, locale)}</section>"
    )


def _users(overlap: Mapping[str, Any], locale: Locale) -> str:
    several = overlap["several"]
    every = locale.count_of(overlap["any"], "user")
    share = f" ({locale.rate(overlap['several'] / overlap['any'])})" if overlap["any"] else ""
    bars = sets_chart(overlap, locale)
    exactly = f"<h3>In exactly these campaigns</h3>{bars}" if bars else ""
    return (
        f"<p>{locale.exact(several)} of {every} {'is' if several == 1 else 'are'} in more than one campaign{share}. "
        "Below: of the users of a row’s campaign, the share who are in the column’s.</p>"
        f"{overlap_chart(overlap, locale)}{exactly}"
    )


def _credit(credit: Mapping[str, Any], locale: Locale) -> str:
    told, real = credit["claimed"], locale.exact(credit["happened"])
    claimed = locale.count_of(told, "conversion is", "conversions are")
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{escape(row["name"])}</th>'
        f"<td>{locale.value(row['claimed'], 'count')}</td>"
        f"<td>{locale.value(row['credited'], 'count')}</td></tr>"
        for row in credit["rows"]
    )
    head = '<tr><th scope="col">Campaign</th><th scope="col">Claimed</th><th scope="col">Credited</th></tr>'
    return (
        f"<h3>Credit</h3><p>{claimed} claimed, {real} happened. Each is credited below to the "
        "campaign with the last interaction before it; where none had one, to that with the last receipt.</p>"
        f"{credit_chart(credit, locale)}"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    )


def _pressure(portfolio: Portfolio, locale: Locale) -> str:
    try:
        found: Mapping[str, Any] = pressure_of(portfolio)
    except QueryError as error:  # several time zones have no week in common
        return f"<h3>Messages per user</h3><p>{escape(str(error))}</p>"
    if not found["week"]:
        return ""
    return (
        "<h3>Messages per user</h3><p>Users and weeks by how many messages a user got in the week, over all "
        "campaigns, and the share of them who responded. Only an experiment shows what fewer would do.</p>"
        f"{pressure_chart(found['week'], locale)}"
    )


def _hours(portfolio: Portfolio, locale: Locale) -> str:
    found: Mapping[str, Any] = heatmap_of(portfolio)
    charts = "".join(
        f'<figure><figcaption dir="auto">{escape(row["name"])}</figcaption>{heatmap_chart(row, locale)}</figure>'
        for row in found["rows"]
        if any(value for day in row["values"] for value in day)
    )
    if not charts:
        return ""
    return (
        f"<h3>Hour and weekday</h3><p>Conversions by the clock of {escape(found['zone'])}; each campaign has "
        f'its own scale.</p><div class="rw-hours">{charts}</div>'
    )

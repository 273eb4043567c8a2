"""The ``_shared`` trait: users, purchases, messages and hours that campaigns share; parts are computed on request."""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, sub
from typing import Any, Final, get_args

import polars as pl

from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.money import currency_of
from results_widgets.errors import QueryError
from results_widgets.portfolio import Portfolio
from results_widgets.portfolio.claims import Rule
from results_widgets.portfolio.pressure import RESPONSES
from results_widgets.results import Results
from results_widgets.results.formatting import NOT_AVAILABLE, format_estimate
from results_widgets.segments import Segment
from results_widgets.view_model.campaign_trends import trends_of
from results_widgets.view_model.serialization import State

_MOST_SETS: Final = 200
_MOST_MESSAGES: Final = 60
_MORE: Final = 3
"""From how many campaigns on users are counted together."""
HOURS: Final = 24


def shared_state(
    portfolio: Portfolio,
    asked: Mapping[str, object],
    known: Mapping[str, Any],
    least: int = SYNCED_USERS,
) -> State:
    """Return the value of ``_shared`` with one more part.

    Args:
        portfolio: As selected.
        asked: From a browser: the ``part``, one of ``overlap``, ``credit``, ``pressure``, ``heatmap``, ``trends``; the
            ``rule`` of ``credit``, the ``metric`` of ``trends``.
        known: The value so far.
        least: Fewest users of a currency for it to be shown.

    Raises:
        QueryError: There is no such part, rule or metric, or a campaign cannot answer.
    """
    part, rule, metric = asked.get("part"), asked.get("rule", "last"), asked.get("metric")
    parts: dict[str, Callable[[], State]] = {
        "overlap": lambda: overlap_of(portfolio),
        "credit": lambda: {
            **known.get("credit", {}),
            str(rule): credit_of(portfolio, rule, least),
        },
        "pressure": lambda: pressure_of(portfolio),
        "heatmap": lambda: heatmap_of(portfolio),
        "trends": lambda: {
            **known.get("trends", {}),
            str(metric): trends_of(portfolio, metric, least),
        },
    }
    if not isinstance(part, str) or part not in parts:
        raise QueryError.unknown("part", part, parts)
    return {**known, part: parts[part]()}


def overlap_of(portfolio: Portfolio) -> State:
    """Return how many users are in each campaign, in each two, and in exactly which."""
    names = portfolio.names
    places = {name: place for place, name in enumerate(names)}
    both = [[0] * len(names) for _ in names]
    sets = [
        ([places[name] for name in campaigns], users)
        for campaigns, users in portfolio.combinations().select("campaigns", "users").iter_rows()
    ]
    for members, users in sets:
        for one in members:
            for other in members:
                both[one][other] += users
    return {
        "names": names,
        "users": [both[place][place] for place in range(len(names))],
        "both": both,
        "sets": [{"campaigns": one, "users": users} for one, users in sets[:_MOST_SETS]],
        "any": sum(users for _, users in sets),
        "several": sum(users for members, users in sets if len(members) > 1),
        "by_number": [
            sum(users for members, users in sets if min(len(members), _MORE) == number)
            for number in range(1, _MORE + 1)
        ],
    }


def credit_of(portfolio: Portfolio, rule: object, least: int = SYNCED_USERS) -> State:
    """Return what each campaign claims and is credited, and how many goal events happened.

    Raises:
        QueryError: There is no such rule.
    """
    known = get_args(Rule)
    if rule not in known:
        raise QueryError.unknown("rule of credit", rule, known)
    found = portfolio.credit(rule)  # type: ignore[arg-type]  # it is one of them
    rows = [
        {
            "name": row["campaign"],
            "claimed": row["claimed"],
            "credited": round(row["credited"], 3),
            "amount": _exact(row["value_credited"]),
            "claimed_value": _amount(portfolio[row["campaign"]], row["value_claimed"], least),
            "credited_value": _amount(portfolio[row["campaign"]], row["value_credited"], least),
        }
        for row in found.iter_rows(named=True)
    ]
    return {
        "rows": rows,
        "claimed": int(found["claimed"].sum()),
        "happened": round(float(found["credited"].sum())),
        "happened_value": _sum_of(portfolio, found["value_credited"], least),
    }


def _sum_of(portfolio: Portfolio, values: pl.Series, least: int) -> str:
    """Return the total value; empty where amounts are missing or in several currencies."""
    members = [one for _, one in portfolio.items()]
    currencies = {currency_of(one._session.data, one.definitions, least) for one in members}
    if len(currencies) > 1 or values.null_count():
        return ""
    total = _amount(members[0], float(values.sum()), least)
    return "" if total == NOT_AVAILABLE else total


def _exact(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _amount(results: Results, value: float | None, least: int) -> str:
    session = results._session
    if value is None or session.describe("goal_value").missing:
        return NOT_AVAILABLE
    currency = currency_of(session.data, results.definitions, least)
    return format_estimate(value, "amount", None, session.locale, currency)


def pressure_of(portfolio: Portfolio) -> State:
    """Return how users responded, by the number of messages they got in a week and by the n-th message."""
    return {
        "week": _rows(portfolio.pressure()),
        "message": _rows(portfolio.pressure(by="message")),
    }


def _rows(found: pl.DataFrame) -> list[State]:
    return found.head(_MOST_MESSAGES).select("messages", "users", *RESPONSES).to_dicts()


def heatmap_of(portfolio: Portfolio) -> State:
    """Return the conversions of each campaign by weekday and hour of its own zone."""
    found = portfolio.heatmap("conversions").sort(
        "campaign", "weekday", "hour", maintain_order=True
    )
    rows = []
    for name in portfolio.names:
        values = found.filter(campaign=name)["value"].to_list()
        days = [values[start : start + HOURS] for start in range(0, len(values), HOURS)]
        rows.append({"name": name, "values": days})
    zones = list(dict.fromkeys(one.time_zone for _, one in portfolio.items()))
    zone = zones[0] if len(zones) == 1 else "each campaign's own time zone"
    return {"rows": rows, "zone": zone}


def shared_segment(portfolio: Portfolio, request: Mapping[str, object]) -> Segment:
    """Return the users who are in some campaigns and not in others, as a browser names them by place.

    Raises:
        QueryError: The request names no campaign to be in, or one that is not there.
    """
    inside, outside = (_members(portfolio, request.get(key)) for key in ("inside", "outside"))
    if not inside:
        raise QueryError("the request names users of no campaign; name one or more")
    found = reduce(and_, (portfolio[name].users_in_campaign() for name in inside))
    found = reduce(sub, (portfolio[name].users_in_campaign() for name in outside), found)
    words = " and ".join(inside) + (f", not in {' or '.join(outside)}" if outside else "")
    return found.named(f"In {words}")


def _members(portfolio: Portfolio, places: object) -> list[str]:
    names = portfolio.names
    if not isinstance(places, list) or not all(
        type(one) is int and 0 <= one < len(names) for one in places
    ):
        raise QueryError(f"the request names the campaigns {places!r:.60}; pass their places")
    return [names[place] for place in dict.fromkeys(places)]

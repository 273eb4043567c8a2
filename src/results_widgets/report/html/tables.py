"""The page's numbers as HTML tables, made from the same state as its widgets."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from results_widgets._text import escape
from results_widgets.locales import Locale, locale_of
from results_widgets.results.formatting import NOT_AVAILABLE, format_behind, format_estimate

Row = tuple[str, ...]
_HEAD: Final = ("Metric", "Value")


def headline(state: Mapping[str, Any], metrics: pl.DataFrame, keys: Iterable[str]) -> str:
    """Return the campaign's key metrics, large, each over its name.

    Args:
        state: Values of ``_glossary`` and ``_options``.
        metrics: The rows of ``_metrics``.
        keys: Which metrics, in order.
    """
    rows = metrics.filter(pl.col("scope") == "campaign", pl.col("metric").is_in(list(keys)))
    pairs = _numbers(rows, state, "", intervals=False)
    items = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in pairs
    )
    return f'<dl class="rw-headline">{items}</dl>'


def notices(status: Mapping[str, Any]) -> str:
    """Return what must be known of rows that are left out, and of the numbers, as paragraphs.

    Args:
        status: The value of ``_status``.
    """
    found, note = status["left_out"], status["note"]
    texts = [f"<strong>{escape(found['title'])}</strong> {escape(found['text'])}"] if found else []
    texts += [escape(note)] if note else []
    return "".join(f'<p class="rw-said">{text}</p>' for text in texts)


def tables(state: Mapping[str, Any], metrics: pl.DataFrame, *, zeros: bool = True) -> str:
    """Return overview, channels, flow and actions as tables; text from data is escaped.

    Args:
        state: Values of ``_campaign``, ``_glossary``, ``_flow`` and ``_options``.
        metrics: The rows of ``_metrics``.
        zeros: Whether channels and actions have rows of 0 and of what the source does not report; without, a line
            names what is left out.
    """
    campaign = state["_campaign"]
    labels = {channel["id"]: channel["label"] for channel in campaign["channels"]}
    channels = [
        (label, id_, metrics.filter(scope="channel", channel=id_)) for id_, label in labels.items()
    ]
    actions = [
        (
            f"{action['name']} ({labels[action['channel']]})",
            action["channel"],
            metrics.filter(scope="action", action_id=action["id"]),
        )
        for action in campaign["actions"]
    ]
    # A campaign that nobody converted in has to say so.
    own = _numbers(metrics.filter(scope="campaign"), state, "")
    overall = [row for row in own if zeros or row[1] != NOT_AVAILABLE]
    flow = ("Action", "Channel", "After", "Users received", "Conversions")
    overview = [
        table("Overview", _HEAD, overall),
        table("Flow", flow, _flow(state), names=(0, 2)),
    ]
    sections = [f'<div class="rw-first">{"".join(overview)}</div>']
    for title, owners in (("Channels", channels), ("Actions", actions)):
        kept = [_Kept(*one) if zeros else _of_some(state, *one) for one in owners]
        found = [
            table(one.name, _HEAD, _numbers(one.rows, state, one.channel))
            for one in kept
            if one.rows.height
        ]
        groups = f'<div class="rw-groups">{"".join(found)}</div>'
        said = _left_out(kept) if title == "Channels" else _left_out_of_actions(kept)
        empty = [one.name for one in kept if not one.rows.height]
        sections.append(f"<h2>{title}</h2>{groups}{_nothing_of(empty)}{said}")
    return "".join(sections)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rows of a channel or an action that are shown, and what is left out: what there is none of, and what the
    source cannot say.
    """

    name: str
    channel: str
    rows: pl.DataFrame
    none: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()


def _of_some(state: Mapping[str, Any], name: str, channel: str, rows: pl.DataFrame) -> _Kept:
    """Return the rows of which there is something; what is left out is told by its counts."""
    glossary = state["_glossary"]
    entries = {key: glossary.get(f"{channel}:{key}") or glossary[key] for key in rows["metric"]}
    counts = [key for key, entry in entries.items() if entry["unit"] == "count"]
    rates = [key for key, entry in entries.items() if entry["unit"] == "rate"]
    missing = {key for key, entry in entries.items() if "missing" in entry}
    something = rows.filter(pl.col("value").fill_null(0) != 0, ~pl.col("metric").is_in([*missing]))
    # A rate alone, such as the share that is still to come, is of others' numbers.
    if something.filter(~pl.col("metric").is_in(rates)).is_empty():
        return _Kept(name, channel, rows.clear())
    absent = [key for key in counts if key not in {*something["metric"]}]
    labels = [
        tuple(entries[key]["label"] for key in absent if (key in missing) is unsaid)
        for unsaid in (False, True)
    ]
    return _Kept(name, channel, something, *labels)


def _left_out(kept: Sequence[_Kept]) -> str:
    """Return one line that names the events that channels have none of, and those that the source does not report."""
    none = [(one.none, one.name) for one in kept if one.none]
    unsaid = [(one.unsaid, one.name) for one in kept if one.unsaid]
    parts = [
        why + "; ".join(f"{escape(', '.join(labels))} ({_name(name)})" for labels, name in found)
        for why, found in (("no event of ", none), ("not reported by the source: ", unsaid))
        if found
    ]
    return f'<p class="rw-nothing">Not shown: {". ".join(parts)}.</p>' if parts else ""


def _left_out_of_actions(kept: Sequence[_Kept]) -> str:
    """Return one line that says of which rows actions have none; the channels' line names most of them."""
    if not any(one.none or one.unsaid for one in kept):
        return ""
    return '<p class="rw-nothing">Not shown: rows of 0, and of what the source does not report.</p>'


def _nothing_of(names: Collection[str]) -> str:
    if not names:
        return ""
    return f'<p class="rw-nothing">Nothing yet: {", ".join(map(_name, names))}.</p>'


def _locale(state: Mapping[str, Any]) -> Locale:
    return locale_of(state["_options"]["locale"]["name"])


def _numbers(
    rows: pl.DataFrame, state: Mapping[str, Any], channel: str, *, intervals: bool = True
) -> list[Row]:
    glossary, currency = state["_glossary"], state["_status"]["currency"]
    locale = _locale(state)
    found: list[Row] = []
    columns = rows.select("metric", "value", "denominator", "low", "high")
    for key, value, base, low, high in columns.iter_rows():
        entry = glossary.get(f"{channel}:{key}") or glossary[key]
        estimate = entry.get("approximate")
        text = format_estimate(value, entry["unit"], estimate, locale, currency, entry["base"])
        said = format_behind(base, low, high, locale) if entry["unit"] == "rate" else ""
        if intervals and said:
            text = f"{text} ({said})"
        found.append((entry["label"], NOT_AVAILABLE if "missing" in entry else text))
    return found


def _flow(state: Mapping[str, Any]) -> list[Row]:
    campaign, locale = state["_campaign"], _locale(state)
    actions = {action["id"]: action for action in campaign["actions"]}
    labels = {channel["id"]: channel["label"] for channel in campaign["channels"]}
    estimate = state["_glossary"]["users_received"].get("approximate")
    rows: list[Row] = []
    for node in state["_flow"]["arms"][0]["nodes"]:
        action = actions[node["action_id"]]
        after = actions[action["parent"]]["name"] if action["parent"] in actions else "entry"
        users = format_estimate(node["users_received"], "count", estimate, locale)
        conversions = locale.value(node["conversions"], "count")
        rows.append((action["name"], labels[action["channel"]], after, users, conversions))
    return rows


def table(title: str, head: Row, rows: Iterable[Row], names: Collection[int] = ()) -> str:
    """Return a table. Some columns hold names from the data, which may be written from right to left."""

    def line(cells: Row, tag: str, names: Collection[int] = ()) -> str:
        texts = [_name(cell) if n in names else escape(cell) for n, cell in enumerate(cells)]
        return "<tr>" + "".join(f"<{tag}>{text}</{tag}>" for text in texts) + "</tr>"

    body = "".join(line(row, "td", names) for row in rows)
    return (
        f"<table><caption>{_name(title)}</caption>"
        f"<thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"
    )


def _name(text: str) -> str:
    return f'<span dir="auto">{escape(text)}</span>'

"""What campaigns share, drawn as SVG: users, credit, messages, hours. They read without a script and on paper."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from results_widgets._text import escape
from results_widgets.locales import Locale

_WIDTH: Final = 720
_NAMES: Final = 200
_LETTERS: Final = 26
_ROW: Final = 22
_CELL: Final = 34
_MOST_SETS: Final = 12
_HOUR: Final = 14
_PRESSURE: Final = (
    ("opened", "Opened"),
    ("unsubscribed", "Unsubscribed"),
    ("marked_as_spam", "Marked as spam"),
    ("converted", "Converted"),
)

State = Mapping[str, Any]


def overlap_chart(overlap: State, locale: Locale) -> str:
    """Return the share of each campaign's users who are in each other one, as a matrix."""
    names, both, users = overlap["names"], overlap["both"], overlap["users"]
    parts = []
    for row, name in enumerate(names):
        y = _ROW * (row + 1)
        parts.append(_text(_NAMES - 8, y + 15, f"{row + 1}. {_cut(name)}", end=True, title=name))
        for column, other in enumerate(names):
            x = _NAMES + _CELL * column
            if row == column:
                parts.append(f'<rect class="rw-none" {_box(x, y)}/>')
                continue
            share = both[row][column] / users[row] if users[row] else 0.0
            said = locale.whole_rate(share)
            told = f"{name} and {other}: {locale.count_of(both[row][column], 'user')}, {said}"
            parts.append(f"<g><title>{escape(told)}</title>")
            parts.append(f'<rect class="rw-users" {_box(x, y)} fill-opacity="{0.7 * share:.2f}"/>')
            parts.append(_text(x + _CELL / 2, y + 15, said, middle=True) + "</g>")
    heads = [
        _text(_NAMES + _CELL * (place + 0.5), 15, str(place + 1), middle=True)
        for place in range(len(names))
    ]
    width = max(_WIDTH, _NAMES + _CELL * len(names) + 2)
    label = "Share of each campaign's users who are in another one"
    return _svg([*heads, *parts], width, _ROW * (len(names) + 1) + 2, label)


def sets_chart(overlap: State, locale: Locale) -> str:
    """Return how many users are in exactly which campaigns, as bars; empty where none are in several."""
    names = overlap["names"]
    sets = [one for one in overlap["sets"] if len(one["campaigns"]) > 1][:_MOST_SETS]
    rows = [
        (
            ", ".join(str(place + 1) for place in one["campaigns"]),
            " and ".join(names[place] for place in one["campaigns"]),
            one["users"],
        )
        for one in sets
    ]
    return _bars(rows, locale, "Users in exactly these campaigns") if rows else ""


def _bars(rows: Sequence[tuple[str, str, float]], locale: Locale, label: str) -> str:
    most = max(value for _, _, value in rows) or 1
    room = _WIDTH - _NAMES - 80
    parts = []
    for place, (name, title, value) in enumerate(rows):
        y, long = _ROW * place, room * value / most
        parts.append(_text(_NAMES - 8, y + 15, _cut(name), end=True, title=title))
        parts.append(_bar("rw-users", y + 5, long, 12))
        parts.append(_text(_NAMES + long + 6, y + 15, locale.value(value, "count")))
    return _svg(parts, _WIDTH, _ROW * len(rows), label)


def credit_chart(credit: State, locale: Locale) -> str:
    """Return what each campaign claims and what it is credited, as two bars."""
    rows = credit["rows"]
    most = max((row["claimed"] for row in rows), default=0) or 1
    room = _WIDTH - _NAMES - 140
    parts = []
    for place, row in enumerate(rows):
        y = (_ROW + 6) * place
        claimed, credited = (room * row[key] / most for key in ("claimed", "credited"))
        told = (
            f"{locale.value(row['credited'], 'count')} of {locale.value(row['claimed'], 'count')}"
        )
        parts.append(_text(_NAMES - 8, y + 17, _cut(row["name"]), end=True, title=row["name"]))
        parts.append(_bar("rw-claimed", y + 4, claimed, 7))
        parts.append(_bar("rw-credited", y + 13, credited, 7))
        parts.append(_text(_NAMES + claimed + 6, y + 17, told))
    label = "Conversions credited, of those claimed; the upper bar is what is claimed"
    return _svg(parts, _WIDTH, (_ROW + 6) * len(rows), label)


def pressure_chart(rows: Sequence[State], locale: Locale) -> str:
    """Return what share of users responded, by how many messages they got in a week, as columns."""
    kinds = [(key, label) for key, label in _PRESSURE if any(row[key] is not None for row in rows)]
    wide, high = _WIDTH / max(1, len(kinds)), 90
    parts = []
    for place, (key, label) in enumerate(kinds):
        left = wide * place
        shares = [(row[key] or 0) / row["users"] if row["users"] else 0.0 for row in rows]
        top = max(shares, default=0.0) or 1.0
        step = (wide - 24) / max(1, len(rows))
        parts.append(_text(left, 14, f"{label}, up to {locale.rate(top)}"))
        for at, (row, share) in enumerate(zip(rows, shares, strict=True)):
            tall = high * share / top
            users = locale.exact(row["users"])
            told = f"{locale.count_of(row['messages'], 'message')}: {locale.rate(share)} of {users}"
            parts.append(
                f'<rect class="rw-users" x="{left + step * at:.1f}" y="{24 + high - tall:.1f}" '
                f'width="{max(1.0, step - 2):.1f}" height="{tall:.1f}"><title>{escape(told)}</title></rect>'
            )
        for at in {0, len(rows) - 1}:
            x = left + step * (at + 0.5)
            parts.append(_text(x, high + 40, str(rows[at]["messages"]), middle=True))
    return _svg(parts, _WIDTH, high + 48, "Share of users who responded, by messages in a week")


def heatmap_chart(row: State, locale: Locale) -> str:
    """Return a campaign's conversions by weekday and hour."""
    days = row["values"]
    most = max((value or 0 for day in days for value in day), default=0) or 1
    parts = [
        f'<rect class="rw-credited" x="{40 + _HOUR * hour}" y="{14 + _HOUR * weekday}" width="{_HOUR - 1}" '
        f'height="{_HOUR - 1}" fill-opacity="{value / most:.2f}"><title>{escape(locale.value(value, "count"))}'
        "</title></rect>"
        for weekday, day in enumerate(days)
        for hour, value in enumerate(day)
        if value
    ]
    names = [
        _text(34, 25 + _HOUR * place, name, end=True)
        for place, name in enumerate(locale.weekdays_short)
    ]
    hours = [_text(40 + _HOUR * hour, 10, f"{hour:02}") for hour in (0, 6, 12, 18)]
    label = f"Conversions of {row['name']} by weekday and hour"
    return _svg([*names, *hours, *parts], 40 + _HOUR * 24, 16 + _HOUR * 7, label)


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"


def _box(x: float, y: float) -> str:
    return f'x="{x}" y="{y}" width="{_CELL - 1}" height="{_ROW - 1}"'


def _bar(kind: str, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{_NAMES}" y="{y}" width="{max(0.5, width):.1f}" height="{height}"/>'


def _text(
    x: float, y: float, text: str, *, end: bool = False, middle: bool = False, title: str = ""
) -> str:
    anchor = "end" if end else "middle" if middle else "start"
    told = f"<title>{escape(title)}</title>" if title else ""
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{told}{escape(text)}</text>'


def _svg(parts: Iterable[str], width: float, height: float, label: str) -> str:
    return (
        f'<svg class="rw-chart" role="img" aria-label="{escape(label)}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}">{"".join(parts)}</svg>'
    )

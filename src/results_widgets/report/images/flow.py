"""The flow as SVG, drawn without a browser."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from results_widgets._text import escape
from results_widgets.disclosure import SHARED_USERS
from results_widgets.errors import QueryError
from results_widgets.glossary.action import CONVERSION_RATE_ATTRIBUTED
from results_widgets.locales import THIN, Locale
from results_widgets.report.images.colours import Palette, mix
from results_widgets.report.images.flow_layout import CARD, PILL, Card, Layout, Line, layout_flow
from results_widgets.report.images.lettering import clean, cut, length, wrapped
from results_widgets.results import Results
from results_widgets.results.formatting import estimate_note, format_estimate
from results_widgets.results.intervals import LEVEL
from results_widgets.view_model.campaign import campaign_state
from results_widgets.view_model.flow import flow_state
from results_widgets.view_model.told_verdict import told_verdict

_FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
_MARGIN: Final = 24.0
_HEAD: Final = 64.0
_SURE: Final = (
    "Under conversions: the share of entries reached that convert by it (95\u202f% interval)."
)
_VERDICT_SIZE: Final = 14
_VERDICT_LINE: Final = 19


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Writes the flow's numbers; those of users may be estimates.

    Attributes:
        locale: How numbers are written.
        is_estimate: Whether those of users are estimates.
        intervals: By action, of which share of the entries that reached it convert by it.
    """

    locale: Locale
    is_estimate: bool
    intervals: Mapping[str, str]

    def count(self, value: float | None) -> str:
        return self.locale.value(value, "count")

    def users(self, value: float | None) -> str:
        return format_estimate(value, "count", self.is_estimate, self.locale)

    def share(self, value: float) -> str:
        words = self.locale.whole_rate(value)
        return f"≈{THIN}{words}" if self.is_estimate and value else words


def flow_svg(results: Results, palette: Palette, variant: str | None = None) -> str:
    """Return the flow as an SVG document; text from data is escaped, and truncated if it is too long.

    Args:
        results: What is drawn.
        palette: Its colours.
        variant: Id of the variant that is drawn, None for everyone.

    Raises:
        QueryError: There is no such variant.
    """
    campaign: Any = campaign_state(results)
    flow: Any = flow_state(results)
    arms = {arm["id"]: arm for arm in flow["arms"]}
    if variant not in arms:
        raise QueryError.unknown("variant", str(variant), [id_ for id_ in arms if id_ is not None])
    arm = arms[variant]
    layout = layout_flow(arm, {action["id"]: action["parent"] for action in campaign["actions"]})
    guessed = {action["id"] for action in campaign["actions"] if action["guessed"]}
    held_back = flow["held_back"] if variant is None else 0
    words = f"{arm['label']} · {results._session.query.words}"
    # The verdict compares variants, so it heads the flow of everyone alone.
    told = "" if variant is not None else told_verdict(results, SHARED_USERS).title
    verdict = wrapped(told, layout.width, _VERDICT_SIZE) if told else []
    top = _VERDICT_LINE * len(verdict)
    head = [
        _text(0, 18, campaign["name"], palette.ink, 18, weight=600, room=layout.width),
        *(
            _text(0, 39 + _VERDICT_LINE * place, line, palette.ink, _VERDICT_SIZE, weight=600)
            for place, line in enumerate(verdict)
        ),
        _text(0, top + 40, words, palette.grey(palette.muted), 12, room=layout.width),
    ]
    # The note applies to every count of users: received, moved on, held back.
    note = estimate_note(results)
    left_out = results._session.data.left_out
    order = "Dashed: guessed from the order of sends." if guessed else ""
    intervals = _intervals(results) if variant is None else {}
    sure = _SURE if intervals else ""
    left = left_out.headline(results._session.locale) if left_out else ""
    said = " ".join(filter(None, [left, note, order, sure]))
    if said:
        head.append(_text(0, top + 57, said, palette.grey(palette.muted), 11, room=layout.width))
    numbers = _Numbers(results._session.locale, bool(note), intervals)
    body = [
        *_lines(layout, palette, numbers, guessed),
        *_ends(layout, arm, held_back, palette, numbers),
    ]
    body += [piece for card in layout.cards for piece in _card(card, campaign, palette, numbers)]
    return _document(campaign["name"], layout, palette, (head, _HEAD + top), body)


def _intervals(results: Results) -> dict[str, str]:
    """Return the 95 % interval of each action's conversion rate as text, where it has one."""
    rates = results.actions(interval=LEVEL).filter(metric=CONVERSION_RATE_ATTRIBUTED.key)
    rate = results._session.locale.rate
    return {
        row["action_id"]: f"{rate(row['low'])}–{rate(row['high'])}"
        for row in rates.drop_nulls(["low", "high"]).to_dicts()
    }


def _document(
    title: str,
    layout: Layout,
    palette: Palette,
    head: tuple[Iterable[str], float],
    body: Iterable[str],
) -> str:
    """Return the whole drawing; its head has its height beside it."""
    lines, top = head
    width, height = layout.width + 2 * _MARGIN, layout.height + top + 2 * _MARGIN
    ground = mix(palette.ink, palette.ground, palette.sunken)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" font-family="{_FONT}">'
        f"<title>{escape(clean(f'Flow of {title}'))}</title>"
        f'<rect width="100%" height="100%" fill="{ground}"/>'
        f'<g transform="translate({_MARGIN:.0f} {_MARGIN:.0f})">{"".join(lines)}</g>'
        f'<g transform="translate({_MARGIN:.0f} {_MARGIN + top:.0f})">{"".join(body)}</g></svg>\n'
    )


def _lines(
    layout: Layout, palette: Palette, numbers: _Numbers, guessed: Collection[str]
) -> list[str]:
    """Return grey lines, then green ones with an outline, so that green appears to pass over grey.

    Those are dashed whose action only seems to follow the one before.
    """
    ground = palette.grey(palette.sunken)
    grey = mix(mix(palette.ink, palette.users, 70), palette.ground, 22)
    green = mix(palette.conversions, ground, 62)
    found = [
        _path(
            line,
            line.width,
            palette.grey(palette.muted) if line.idle else grey,
            dashed=card.action in guessed,
        )
        for card, line in zip(layout.cards, layout.edges, strict=True)
    ]
    found += [_path(line, line.width + 4, ground) for line in layout.green]
    found += [_path(line, line.width + 0.4, green) for line in layout.green]
    for line in layout.edges:
        if line.share is not None and not line.idle:
            found += _share(line, palette, numbers)
    return found


def _path(line: Line, width: float, colour: str, *, dashed: bool = False) -> str:
    dots = ' stroke-dasharray="9 5"' if dashed else ""
    if line.idle:
        dots = ' stroke-dasharray="0.1 6" stroke-linecap="round"'
    return f'<path d="{line.path}" fill="none" stroke="{colour}" stroke-width="{width:.2f}"{dots}/>'


def _share(line: Line, palette: Palette, numbers: _Numbers) -> list[str]:
    (x, y), share = line.label, line.share or 0.0
    words = numbers.share(share)
    width = 14 + 7 * len(words)
    return [
        _box(x - width / 2, y - 8.5, (width, 17), 8.5, palette.ground, palette.grey(palette.line)),
        _text(x, y + 4, words, palette.grey(palette.muted), 11, anchor="middle"),
    ]


def _ends(
    layout: Layout,
    arm: Mapping[str, Any],
    held_back: int | None,
    palette: Palette,
    numbers: _Numbers,
) -> list[str]:
    """Return the entry, users held back, and the total of conversions."""
    (x, y), (right, bottom) = layout.entry, layout.total
    entered = f"{numbers.count(arm['entries'])} {'entry' if arm['entries'] == 1 else 'entries'}"
    found = [
        _box(x, y, PILL, 18, palette.ink),
        _text(x + PILL[0] / 2, y + 23, entered, palette.ground, 13, anchor="middle", weight=600),
    ]
    if held_back:
        words = f"{numbers.users(held_back)} held back"
        size = (20 + 7.0 * len(words), 28.0)
        found += [
            _box(
                x + PILL[0] + 12, y + 4, size, 14, "none", palette.grey(palette.faint), dashed=True
            ),
            _text(x + PILL[0] + 22, y + 22, words, palette.grey(palette.muted), 12),
        ]
    total = numbers.count(arm["conversions"])
    words = f"conversion{'' if arm['conversions'] == 1 else 's'}{' so far' if arm['open'] else ''}"
    found.append(
        _text(right + 8, bottom + 30, total, palette.conversions, 22, anchor="end", weight=600)
    )
    found.append(
        _text(right + 8, bottom + 48, words, palette.grey(palette.muted), 12, anchor="end")
    )
    if arm["unattributed"]:
        after = f"{numbers.count(arm['unattributed'])} not attributed"
        found.append(
            _text(right + 8, bottom + 64, after, palette.grey(palette.muted), 12, anchor="end")
        )
    return found


def _card(
    card: Card, campaign: Mapping[str, Any], palette: Palette, numbers: _Numbers
) -> list[str]:
    action = next(one for one in campaign["actions"] if one["id"] == card.action)
    labels = {channel["id"]: channel["label"] for channel in campaign["channels"]}
    x, y, right = card.x, card.y, card.x + CARD[0] - 12
    idle = card.received == 0
    channel = cut(labels[action["channel"]], 70, 11)
    room = CARD[0] - 32 - length(channel, 11)
    muted = palette.grey(palette.muted)
    face, frame = palette.grey(palette.raised), palette.grey(palette.line)
    received, conversions = numbers.users(card.received), numbers.count(card.conversions)
    sides = [(x + 12, "start", received, palette.ink, "received")]
    below = numbers.intervals.get(card.action, "conversions")
    sides.append((right, "end", conversions, palette.conversions, below))
    found = [
        _box(x, y, CARD, 8, face, frame, dashed=idle),
        _text(
            x + 12,
            y + 23,
            action["name"],
            muted if idle else palette.ink,
            13,
            weight=600,
            room=room,
        ),
        _text(right, y + 23, channel, muted, 11, anchor="end"),
    ]
    for at, anchor, value, colour, words in sides:
        tone = muted if idle else colour
        found.append(_text(at, y + CARD[1] - 30, value, tone, 16, anchor=anchor, weight=600))
        found.append(_text(at, y + CARD[1] - 13, words, muted, 11, anchor=anchor))
    return found


def _box(
    x: float,
    y: float,
    size: tuple[float, float],
    radius: float,
    fill: str,
    frame: str | None = None,
    *,
    dashed: bool = False,
) -> str:
    line = "" if frame is None else f' stroke="{frame}"'
    dots = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size[0]:.0f}" height="{size[1]:.0f}" '
        f'rx="{radius:g}" fill="{fill}"{line}{dots}/>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    colour: str,
    size: int,
    *,
    anchor: str = "start",
    weight: int = 400,
    room: float | None = None,
) -> str:
    """Return a line of text; if it is truncated, its tooltip has all of it."""
    words = clean(words)
    shown = words if room is None else cut(words, room, size)
    whole = f"<title>{escape(words)}</title>" if shown != words else ""
    # A right-to-left name must not reorder the numbers around it.
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}" style="unicode-bidi:isolate">{whole}{escape(shown)}</text>'
    )

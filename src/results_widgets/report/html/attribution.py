"""Whom conversions are credited to under one model beside another, as a saved page shows it under its dashboard."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from results_widgets._text import escape
from results_widgets.attribution.words import NOBODY, owner_names
from results_widgets.locales import Locale
from results_widgets.results import Results

_NUMBERS: Final = ("owner", "conversions", "share")
Credit = Sequence[tuple[float, float | None]]
"""Conversions and their share, owner by owner."""

_LETTERS: Final = 22
_NAMES: Final = 150
_BARS: Final = 110
_SHARES: Final = 50
_ROW: Final = 20


def attribution_html(found: pl.DataFrame, results: Results) -> str:
    """Return a table of models by owners, and a chart of each model's shares.

    Args:
        found: What `Results.attribution` returns.
        results: Whose actions and channels the owners are, and how numbers are written.
    """
    names, locale = owner_names(results.campaign), results._session.locale
    owners = [str(one) for one in found["owner"].unique(maintain_order=True).drop_nulls()]
    labels = [*(names.get(one, one) for one in owners), NOBODY]
    by_model = {}
    for (model,), rows in found.group_by("model", maintain_order=True):
        credit = {own: (number, share) for own, number, share in rows.select(_NUMBERS).iter_rows()}
        by_model[str(model)] = [credit.get(one, (0.0, None)) for one in (*owners, None)]
    charts = "".join(_chart(model, labels, credit, locale) for model, credit in by_model.items())
    return f'{_table(labels, by_model, locale)}<div class="rw-hours">{charts}</div>'


def _table(labels: Sequence[str], by_model: Mapping[str, Credit], locale: Locale) -> str:
    head = "".join(
        f'<th scope="col" class="rw-num">{escape(_words(model))}</th>' for model in by_model
    )
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{escape(label)}</th>{_cells(place, by_model, locale)}</tr>'
        for place, label in enumerate(labels)
    )
    return (
        '<div class="rw-wide" role="region" aria-label="Conversions by model" tabindex="0"><table>'
        f'<caption>Conversions by model</caption><thead><tr><th scope="col">Credited to</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cells(place: int, by_model: Mapping[str, Credit], locale: Locale) -> str:
    found = (_written(credit[place][0], credit, locale) for credit in by_model.values())
    return "".join(f'<td class="rw-num">{escape(one)}</td>' for one in found)


def _written(conversions: float, credit: Credit, locale: Locale) -> str:
    """Return conversions with a decimal if any of the model's is divided."""
    whole = all(number.is_integer() for number, _ in credit)
    return locale.exact(conversions) if whole else locale.number(conversions, 1)


def _chart(model: str, labels: Sequence[str], credit: Credit, locale: Locale) -> str:
    """Return the shares under one model as bars, on one scale for all models."""
    rows = zip(labels, credit, strict=True)
    bars = "".join(
        _bar(place, label, _written(number, credit, locale), share or 0.0, locale)
        for place, (label, (number, share)) in enumerate(rows)
    )
    width, height = _NAMES + _BARS + _SHARES, _ROW * len(labels)
    words = escape(_words(model))
    return (
        f'<figure><figcaption>{words}</figcaption><svg class="rw-chart" role="img" '
        f'aria-label="Share of conversions by {words}" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}">{bars}</svg></figure>'
    )


def _bar(place: int, owner: str, conversions: str, share: float, locale: Locale) -> str:
    y, long = _ROW * place, max(0.5, _BARS * share)
    half = _LETTERS // 2
    # The end may be what tells it from another.
    name = owner if len(owner) <= _LETTERS else f"{owner[: half - 1]}…{owner[-half:]}"
    told = f"{owner}: {conversions}, {locale.rate(share)}"
    return (
        f'<g><title>{escape(told)}</title><text x="{_NAMES - 8}" y="{y + 14}" text-anchor="end">'
        f'{escape(name)}</text><rect class="rw-credited" x="{_NAMES}" y="{y + 4}" width="{long:.1f}" '
        f'height="12"/><text x="{_NAMES + long + 6:.1f}" y="{y + 14}">{locale.whole_rate(share)}</text></g>'
    )


def _words(model: str) -> str:
    return model.replace("_", " ").capitalize()

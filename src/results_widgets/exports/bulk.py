"""Many records become rows at once: the same rows as `shaping.Shaper` makes of each, which tests hold it against.

Fields are read as columns, and what an event means is asked once for each name. A record with a value that
is not as it should be is handed to the shaper, which refuses it or not, and its row comes back to its place.
"""

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from results_widgets.exports.asked import coded
from results_widgets.exports.batches import Records
from results_widgets.exports.columns import Columns, as_further, stripped
from results_widgets.exports.fields import as_text
from results_widgets.exports.refused import as_json
from results_widgets.exports.rules import Became
from results_widgets.exports.shaping import EXAMPLE, FLAGS, ONE, Key, Shaper, Tally, unnamed
from results_widgets.exports.times import instants_at_once

_AT: Final = "_at"
_CODE: Final = "_code"
_COUNTED: Final = (_CODE, "_unnamed")


@dataclass
class Bulk:
    """Shapes records, many at once.

    Attributes:
        shaper: What shapes a single one.
        tallies: What each name became.
    """

    shaper: Shaper
    tallies: dict[Key, Tally] = field(default_factory=dict)

    def shape(self, records: Records) -> pl.DataFrame:
        """Return the rows of records, in their order; those that cannot be used are refused."""
        found = _Found({}, {})
        done = self._name_the_column(records)
        fast = self._fast(records, done, found)
        slow = self.shaper.take() if len(self.shaper) else None
        for key, tally in self.shaper.tallies.items():
            found.add(key, tally.at, tally.rows, tally.example)
        self.shaper.tallies = {}
        self._keep(found)
        if slow is not None:
            fast = pl.concat([fast, slow]).sort(_AT, maintain_order=True)
        return fast.drop(_AT)

    def _keep(self, found: "_Found") -> None:
        """Add what was counted in one batch; of each name the first row is kept as the example."""
        for key in sorted(found.first, key=lambda one: found.first[one][0]):
            rows, (_, example) = found.rows[key], found.first[key]
            self.tallies.setdefault(key, Tally(0, example)).rows += rows

    def _name_the_column(self, records: Records) -> int:
        """Shape records one by one until one says which field holds the event's name; return how many."""
        for n in range(len(records)):
            if self.shaper.knows_name:
                return n
            self._one(records, n)
        return len(records)

    def _one(self, records: Records, n: int) -> None:
        for placed in records.flat(n):
            self.shaper.add(placed, n)

    def _fast(self, records: Records, done: int, found: "_Found") -> pl.DataFrame:
        columns = Columns(records, {*records.apart})
        own = self._columns(columns)
        codes, meanings = self._meanings(columns)
        code = pl.Series(_CODE, codes, pl.UInt32)
        means = [few.gather(code).alias(name) for name, few in meanings.columns().items()]
        rows = [code, *means, *own]
        texts = pl.col([one.name for one in own if one.dtype == pl.String])
        index = pl.int_range(len(codes), dtype=pl.Int64).alias(_AT)
        frame = pl.DataFrame(rows).lazy().with_columns(index, *self._stripped(columns))
        frame = frame.with_columns(pl.when(texts != "").then(texts))
        for n in sorted(columns.odd):
            if n >= done:
                self._one(records, n)
        if done or columns.odd:
            frame = frame.filter((pl.col(_AT) >= done) & ~pl.col(_AT).is_in([*columns.odd]))
        complete = self._complete(frame, meanings).collect(engine="in-memory")
        self._count(complete, meanings, records, found)
        return complete.select(*self.shaper.schema, _AT)

    def _stripped(self, columns: Columns) -> list[pl.Expr]:
        named = {**self.shaper.named, **self.shaper.further}
        return [
            stripped(pl.col(name)) for name, names in named.items() if names in columns.unstripped
        ]

    def _columns(self, columns: Columns) -> list[pl.Series]:
        """Return what the mapping names of each record."""
        shaper, mapping = self.shaper, self.shaper.mapping
        found = []
        for name, names in shaper.named.items():
            if name in FLAGS:
                series = columns.flags(names)
            elif name == "value":
                series = columns.amounts(names)
            else:
                series = columns.texts(names)
            found.append(series.alias(name))
        for name, names in shaper.further.items():
            found.append(columns.texts(names, as_further).alias(name))
        given = columns.times(mapping.names("timestamp"))
        times, zoned = instants_at_once(given, mapping)
        missing = times.is_null()
        if missing.any():
            unread = missing.arg_true().to_list()
            columns.odd.update(n for n in unread if given[n] not in (None, ""))
        return [*found, times.alias("time"), zoned.alias("is_zoned")]

    def _meanings(self, columns: Columns) -> tuple[list[int], "_Meanings"]:
        """Return what each record means: a number, and what it stands for."""
        shaper = self.shaper
        asked = [shaper.name_fields, *((name,) for name in shaper.by_fields)]
        if shaper.mapping.channel:
            asked.append(shaper.mapping.names("channel"))
        codes, kinds = coded([columns.keys(names) for names in asked], len(columns.records))
        meanings = _Meanings([as_text(key[0]) for key in kinds], [])
        for key in kinds:
            name, *said = map(as_text, key)
            # The channel is the last of what is asked for, where the mapping names a field of it.
            by = dict(zip(shaper.by_fields, said, strict=False))
            meanings.became.append(
                shaper.became(name, by.__getitem__, said[-1:].__iter__().__next__)
            )
        return codes, meanings

    def _complete(self, frame: pl.LazyFrame, meanings: "_Meanings") -> pl.LazyFrame:
        """Add what each record means, and fill what it leaves out; see `Shaper._name_what_is_missing`."""
        campaign, action = pl.col("campaign_id"), pl.col("action_id")
        acts = pl.col("event").is_not_null() & pl.col("channel").is_not_null()
        own = action if self.shaper.mapping.campaign_id else pl.lit(ONE)
        frame = frame.with_columns(
            pl.when(acts & campaign.is_null()).then(own).otherwise(campaign).alias("campaign_id")
        )
        is_itself = acts & action.is_null()
        named = pl.coalesce("action_name", "campaign_name")
        frame = frame.with_columns(
            pl.when(is_itself).then(campaign).otherwise(action).alias("action_id"),
            pl.when(is_itself).then(named).otherwise("action_name").alias("action_name"),
            (pl.col("event").is_not_null() & campaign.is_null()).alias("_unnamed"),
        )
        says = ~pl.col("_unnamed")
        there = {*self.shaper.named, *self.shaper.further, "time", "is_zoned"}
        there |= {*meanings.columns()}
        return frame.with_columns(
            pl.when(says).then(pl.col("channel", "event")),
            (pl.col("is_goal") & says).alias("is_goal"),
            *(
                pl.lit(None, kind).alias(name)
                for name, kind in self.shaper.schema.items()
                if name not in there
            ),
        )

    def _count(
        self, frame: pl.DataFrame, meanings: "_Meanings", records: Records, found: "_Found"
    ) -> None:
        seen = frame.group_by(_COUNTED).agg(pl.len(), pl.col(_AT).min())
        for code, is_unnamed, rows, at in seen.iter_rows():
            became = meanings.became[code]
            key = meanings.key(code, unnamed(became) if is_unnamed else became)
            first = () if key in self.tallies else records.flat(at)
            found.add(key, at, rows, "".join(as_json(one.record) for one in first)[:EXAMPLE])


@dataclass
class _Found:
    """What was counted: rows, and the place and text of the first."""

    rows: dict[Key, int]
    first: dict[Key, tuple[int, str]]

    def add(self, key: Key, at: int, rows: int, example: str) -> None:
        self.rows[key] = self.rows.get(key, 0) + rows
        if key not in self.first or at < self.first[key][0]:
            self.first[key] = at, example


@dataclass(frozen=True)
class _Meanings:
    """What names stand for, by their number."""

    names: list[str | None]
    became: list[Became]

    def columns(self) -> dict[str, pl.Series]:
        texts = {
            "name": self.names,
            "channel": [one.channel for one in self.became],
            "event": [one.event for one in self.became],
        }
        flags = pl.Series([one.is_goal for one in self.became], dtype=pl.Boolean)
        return {
            **{name: pl.Series(values, dtype=pl.String) for name, values in texts.items()},
            "is_goal": flags,
        }

    def key(self, code: int, became: Became) -> Key:
        return self.names[code], became.channel, became.event, became.is_goal, became.note

"""Rows that cannot be used: counted, named by file and line, and written aside if that is wanted."""

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from results_widgets._io import whole_file
from results_widgets.exports.vendor import Placed

MOST_NAMED: Final = 1_000
"""How many refused rows are named one by one; of further ones, how many there are of each file and reason."""

_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that cannot be used, or several for one reason.

    Attributes:
        file: Its file.
        line: Its line, from 1; None of several.
        why: What is wrong.
        example: The row, cut where it is long.
        rows: How many rows.
    """

    file: str
    line: int | None
    why: str
    example: str = ""
    rows: int = 1


@dataclass
class Refused:
    """Gathers the rows that cannot be used.

    Attributes:
        named: The first of them.
        further: How many more there are, by file and reason.
    """

    named: list[Refusal] = field(default_factory=list)
    further: Counter[tuple[str, str]] = field(default_factory=Counter)
    _aside: TextIO | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def write_to(self, path: str | Path | None) -> None:
        """Have the rows written aside, one JSON object a line: file, line, why, row."""
        if path is not None:
            unfinished = self._open.enter_context(whole_file(path, private=True))
            self._aside = self._open.enter_context(unfinished.open("w", encoding="utf-8"))

    def close(self) -> None:
        """Finish what is written aside."""
        self._aside = None
        self._open.close()

    def add(self, place: Placed, why: str, raw: str | None = None) -> None:
        """Count a row."""
        text = raw if raw is not None else as_json(place.record)
        if self._aside is not None:
            row = {"file": place.file, "line": place.line, "why": why, "row": text}
            self._aside.write(json.dumps(row, ensure_ascii=False) + "\n")
        if len(self.named) < MOST_NAMED:
            self.named.append(Refusal(place.file, place.line or None, why, text[:_SHOWN]))
        else:
            self.further[place.file, why] += 1

    @property
    def rows(self) -> int:
        """How many rows were refused."""
        return len(self.named) + sum(self.further.values())

    def listed(self) -> list[Refusal]:
        """Return the rows one by one, then how many more there are."""
        more = [Refusal(file, None, why, rows=n) for (file, why), n in self.further.items()]
        return [*self.named, *more]


def as_json(record: Any) -> str:
    """Return a record as JSON text, whatever its values are."""
    return json.dumps(record, ensure_ascii=False, default=str)

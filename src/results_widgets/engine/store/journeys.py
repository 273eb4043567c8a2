"""The journeys of a store, each read when it is first asked for."""

from collections.abc import Iterator, MutableMapping
from functools import partial

from results_widgets.engine.backends.memory.journeys import Journeys
from results_widgets.engine.store.values import Decoder, Json


class KeptJourneys(MutableMapping[tuple[int, ...], Journeys]):
    """Journeys by the codes that count as interactions.

    Args:
        decoder: Reads them.
        pairs: Codes and journeys, as `Encoder` wrote them.
    """

    def __init__(self, decoder: Decoder, pairs: list[list[Json]]) -> None:
        self._read = {
            decoder.decode(codes): partial(decoder.decode, journeys) for codes, journeys in pairs
        }
        self._known: dict[tuple[int, ...], Journeys] = {}

    def __getitem__(self, codes: tuple[int, ...]) -> Journeys:
        if codes not in self._known:
            self._known[codes] = self._read[codes]()
        return self._known[codes]

    def __setitem__(self, codes: tuple[int, ...], journeys: Journeys) -> None:
        self._known[codes] = journeys

    def __delitem__(self, codes: tuple[int, ...]) -> None:
        found = [codes in self._known, codes in self._read]
        if not any(found):
            raise KeyError(codes)
        self._known.pop(codes, None)
        self._read.pop(codes, None)

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return iter({**self._read, **self._known})

    def __len__(self) -> int:
        return len({**self._read, **self._known})

    def __contains__(self, codes: object) -> bool:
        return codes in self._known or codes in self._read

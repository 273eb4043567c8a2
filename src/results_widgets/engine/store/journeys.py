"""The journeys of a store, each read when it is first asked for."""

from collections.abc import Callable, Iterator, MutableMapping
from functools import cache, partial

from results_widgets.engine.backends.memory.journeys import Journeys
from results_widgets.engine.store.values import Decoder, Json


class KeptJourneys(MutableMapping[tuple[int, ...], Journeys]):
    """Journeys by the codes that count as interactions.

    Args:
        decoder: Reads them.
        pairs: Codes and journeys, as `Encoder` wrote them.
    """

    def __init__(self, decoder: Decoder, pairs: list[list[Json]]) -> None:
        self._of: dict[tuple[int, ...], Callable[[], Journeys]] = {
            decoder.decode(codes): cache(partial(decoder.decode, journeys))
            for codes, journeys in pairs
        }

    def __getitem__(self, codes: tuple[int, ...]) -> Journeys:
        return self._of[codes]()

    def __setitem__(self, codes: tuple[int, ...], journeys: Journeys) -> None:
        self._of[codes] = lambda: journeys

    def __delitem__(self, codes: tuple[int, ...]) -> None:
        del self._of[codes]

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __contains__(self, codes: object) -> bool:
        # Not by reading them, as a mapping does that is not told otherwise.
        return codes in self._of

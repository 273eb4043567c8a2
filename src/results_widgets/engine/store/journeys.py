"""The journeys of a store, each read when it is first asked for."""

from collections.abc import Callable, Iterator, MutableMapping
from functools import cache, partial

from results_widgets.engine.backends.memory.journeys import Journeys
from results_widgets.engine.journeys.crediting import JourneysKey
from results_widgets.engine.store.values import Decoder, Json


class KeptJourneys(MutableMapping[JourneysKey, Journeys]):
    """Journeys by `journeys_key`.

    Args:
        decoder: Reads them.
        pairs: Keys and journeys, as `Encoder` wrote them.
    """

    def __init__(self, decoder: Decoder, pairs: list[list[Json]]) -> None:
        self._of: dict[JourneysKey, Callable[[], Journeys]] = {
            decoder.decode(key): cache(partial(decoder.decode, journeys)) for key, journeys in pairs
        }

    def __getitem__(self, key: JourneysKey) -> Journeys:
        return self._of[key]()

    def __setitem__(self, key: JourneysKey, journeys: Journeys) -> None:
        self._of[key] = lambda: journeys

    def __delitem__(self, key: JourneysKey) -> None:
        del self._of[key]

    def __iter__(self) -> Iterator[JourneysKey]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __contains__(self, key: object) -> bool:
        # Not by reading them, as a mapping does that is not told otherwise.
        return key in self._of

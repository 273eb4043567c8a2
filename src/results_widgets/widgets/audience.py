"""The Audience widget; its browser half is js/src/audience.tsx."""

from contextlib import suppress
from typing import Any, Final

import traitlets

from results_widgets._static import STATIC
from results_widgets.errors import QueryError
from results_widgets.results import Results
from results_widgets.segments import Segment, SegmentStore
from results_widgets.view_model.people import (
    combination,
    head_wire,
    overlap_wire,
    reach_wire,
    set_names,
)
from results_widgets.widgets import fallback
from results_widgets.widgets._asked import Asked, AskedWidget

_MOST: Final = 6


class Audience(AskedWidget):
    """Audience details: how many users, who they are against the rest of the campaign, who can be
    reached, a sample of them; of several segments also their overlap.

    Args:
        *segments: One to six. Of two, the overlap is drawn as bars; of more, as a chart of every
            combination that has users. A click on a combination makes it the segment.
        results: Whose campaign is asked about segments that came from a table or a file.
        store: Where the save button saves.

    Attributes:
        segments: What is compared.
        segment: Whose details are shown: the first at the start, then what was clicked. Assign one
            to show it.
        store: Where the save button saves, or None.

    Raises:
        TypeError: Something passed is no segment.
        QueryError: There are none or more than six, or their ids are of different types.
    """

    _esm = STATIC / "audience.js"
    _css = STATIC / "styles.css"

    # The wire, kernel-owned: counts and words, never users.
    _audience = traitlets.Dict().tag(sync=True, echo_update=False)

    def __init__(
        self,
        *segments: Segment,
        results: Results | None = None,
        store: SegmentStore | None = None,
    ) -> None:
        for one in segments:
            if not isinstance(one, Segment):
                raise TypeError(
                    f"Audience takes segments, found {type(one).__name__}; make one with "
                    "results.users(…) or rw.Segment(table, name=…, rule=…)"
                )
        if not 0 < len(segments) <= _MOST:
            raise QueryError(
                f"Audience shows one to {_MOST} segments, found {len(segments)}; "
                "combine some with & and | first"
            )
        self.segments = tuple(
            one if results is None or one.campaign else one.with_results(results)
            for one in segments
        )
        named = zip(set_names(self.segments), self.segments, strict=True)
        self._compared = {
            "sets": [{**_told(one, 0), "name": name} for name, one in named],
            "overlap": overlap_wire(self.segments) if len(segments) > 1 else [],
        }
        super().__init__(store)
        self.segment = self.segments[0]

    def _show_segment(self) -> None:
        shown = None if self.segment is None else _told(self.segment, self._token)
        self._audience = {**self._compared, "segment": shown}

    def _segment_asked(self, asked: Asked) -> Segment:
        return combination(self.segments, asked.get("parts"))

    def _repr_mimebundle_(
        self, **kwargs: dict[Any, Any]
    ) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        plain = {
            "text/plain": fallback.audience_as_text(self._audience),
            "text/html": fallback.audience_as_html(self._audience),
        }
        return {**data, **plain}, metadata


def _told(segment: Segment, token: int) -> dict[str, object]:
    told = head_wire(segment, token)
    # Events on another engine have no reach yet: the browser asks for it, and shows why.
    with suppress(QueryError):
        told["reach"] = reach_wire(segment)
    return told

"""The Audience widget; its browser half is js/src/audience.tsx."""

from typing import Any, Final

import traitlets

from results_widgets._static import STATIC
from results_widgets.errors import QueryError
from results_widgets.locales import locale_of
from results_widgets.results import Results
from results_widgets.segments import Segment, SegmentStore
from results_widgets.view_model.audience import audience_state, combination, segment_details
from results_widgets.widgets import fallback
from results_widgets.widgets.naming import code_of
from results_widgets.widgets.segment_widget import Request, SegmentWidget

_MAX_SEGMENTS: Final = 6


class Audience(SegmentWidget):
    """Segments in detail, and how several overlap.

    For each segment it shows the size, how it differs from the rest of the campaign, who can be reached, and a
    sample of users.

    Args:
        *segments: One to six segments. The overlap of two is drawn as bars, that of more as an UpSet plot of every
            combination with users. A click on a combination opens its users.
        results: Campaign and events for segments that were made from a table or a file.
        store: Segment store for the save button.
        locale: How numbers are written, such as ``"de"``.

    Attributes:
        segments: The segments that are compared.
        segment: The segment whose details are shown: initially the first one, then the one clicked last. Assign a
            segment to show it.
        store: Segment store for the save button, or None.

    Raises:
        TypeError: An argument is not a segment.
        QueryError: There are none or more than six, their user ids are of different types, or the
            locale is not known.

    Examples:
        >>> engaged, converters = results.users("engaged"), results.users("unique_converters")
        >>> audience = rw.Audience(engaged.named("Engaged"), converters.named("Converters"))
        >>> audience.segment.name
        'Engaged'
    """

    _esm = STATIC / "audience.js"
    _css = STATIC / "styles.css"

    # Set by the kernel: counts and names, never users.
    _audience = traitlets.Dict().tag(sync=True, echo_update=False)

    _code_name = ""

    def __init__(
        self,
        *segments: Segment,
        results: Results | None = None,
        store: SegmentStore | None = None,
        locale: str = "en",
    ) -> None:
        for one in segments:
            if not isinstance(one, Segment):
                raise TypeError(
                    f"Audience takes segments, found {type(one).__name__}; make one with "
                    "results.users(…) or rw.Segment(table, name=…, rule=…)"
                )
        if not 0 < len(segments) <= _MAX_SEGMENTS:
            raise QueryError(
                f"Audience shows one to {_MAX_SEGMENTS} segments, found {len(segments)}; "
                "combine some with & and | first"
            )
        self.segments = tuple(
            one if results is None or one.campaign else one.with_results(results)
            for one in segments
        )
        self._compared = audience_state(self.segments, locale_of(locale))
        super().__init__(store)
        self.segment = self.segments[0]

    def _show_segment(self) -> None:
        segment = self.segment
        details = None
        if segment is not None:
            self._code_name = code_of(self)
            code = {"code": f"{self._code_name}.segment"}
            details = {**segment_details(segment, self._token), **code}
        self._audience = {**self._compared, "segment": details}

    def _requested_segment(self, request: Request) -> Segment:
        return combination(self.segments, request.get("parts"))

    def _repr_mimebundle_(
        self, **kwargs: dict[Any, Any]
    ) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
        # It was made before a variable held it.
        if self._code_name != code_of(self):
            self._show_segment()
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, **fallback.audience_bundle(self._audience)}, metadata

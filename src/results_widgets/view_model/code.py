"""What is selected as the Python call that gives the same frame."""

from results_widgets.results import Results
from results_widgets.view_model.selection import Selection


def code_for(chosen: Selection, results: Results) -> str:
    """Return the call that gives the chart's frame."""
    first_last = chosen.days(results)
    call = "results"
    if any(first_last):
        call += (
            ".between(" + ", ".join(repr(str(day)) if day else "None" for day in first_last) + ")"
        )
    if chosen.time_zone:
        call += f".in_time_zone({chosen.time_zone!r})"
    if chosen.definitions and chosen.machine_opens is None:
        call += f".with_definitions({chosen.definitions!r})"
    if chosen.machine_opens is not None:
        kept = "counted" if chosen.machine_opens else "left_out"
        own = repr(chosen.definitions) if chosen.definitions else None
        base = f"rw.DEFINITIONS[{own}]" if own else "results.definitions"
        call += f".with_definitions(dataclasses.replace({base}, machine_opens={kept!r}))"
    if not chosen.developers:
        call += ".analytics()"
    arguments = [repr(chosen.metric)]
    arguments += [
        f"{name}={value!r}"
        for name in ("action", "channel", "by")
        if (value := getattr(chosen, name))
    ]
    arguments += [f"every={chosen.every!r}"] if chosen.every != "1d" else []
    arguments += ["cumulative=True"] if chosen.cumulative else []
    arguments += ["compare='previous'"] if chosen.compare else []
    return f"{call}.explore({', '.join(arguments)})"

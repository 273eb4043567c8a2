"""Objects that never change: copies are themselves, and other processes get a recipe, not the object."""

from typing import Any, Self

from results_widgets.errors import QueryError


class Frozen:
    """Results as `copy` and `pickle` see them."""

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self  # Results never change, and share their data with all that are made from them.

    def __reduce__(self) -> tuple[Any, ...]:
        raise QueryError(
            "results cannot be pickled: they hold open tables and what was computed from them. Pass their campaign "
            "and the paths of their tables, and call rw.Results(…) there; or a file of results.rollup().save(path)"
        )

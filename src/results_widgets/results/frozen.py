"""Objects that never change: copying returns the object itself, and pickling is refused with advice."""

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
            "results cannot be pickled: they hold open tables and cached numbers. Pass the campaign and the paths "
            "of its tables instead and call rw.Results(…) there, or pass a file written by results.rollup().save(path)"
        )

"""Whether the campaign did anything: arms compared."""

from collections.abc import Iterable
from datetime import timedelta

from results_widgets.experiments import Experiment
from results_widgets.experiments.design import Crossovers, design_of
from results_widgets.experiments.estimates import Adjust
from results_widgets.experiments.run import run
from results_widgets.results.session import HasSession


def experiment(  # noqa: PLR0913, PLR0917 - fixed public signature
    self: HasSession,
    by: str = "variant",
    control: object = None,
    metrics: str | Iterable[str] | None = None,
    window: str | timedelta | None = None,
    level: float = 0.95,
    adjust: Adjust | None = "holm",
    sequential: bool = False,  # noqa: FBT001, FBT002 - fixed public signature
    covariate: str | None = None,
    crossovers: Crossovers | None = None,
    trust: bool = False,  # noqa: FBT001, FBT002 - fixed public signature
) -> Experiment:
    """Compare the arms of the campaign: did it work, which variant is better, and how sure is that.

    Every user counts once, in the arm of the first entry in the range, and is looked at for the same
    time from there. docs/experiments.md explains each method.

    Args:
        by: Column of the events or users that names each user's arm; the held back are an arm of
            their own.
        control: The arm that the others are compared with; None: the held back if there are any,
            else the variant marked as control.
        metrics: Keys of the metrics to compare, such as ``"converted"`` or ``"email:unique_opened"``;
            None: all.
        window: How long every user is looked at, ``"7d"``; None: the attribution window.
        level: Level of the intervals.
        adjust: How p-values are adjusted for there being many: ``"holm"``, ``"fdr"`` or None.
        sequential: Whether intervals and p-values stay valid for somebody who looks every day.
        covariate: A number of the users' table, or ``"before"`` for the same metric in the period
            before the entry: what it explains of the differences between users is taken out (CUPED).
        crossovers: What is done with users seen in two arms: None leaves them out, ``"first"`` keeps
            them in their first.
        trust: Whether to compare arms that chance did not make; every result then says so.

    Returns:
        The experiment: ``table``, ``arms``, ``incremental``, ``summary()`` and so on.

    Raises:
        QueryError: A name or value is not known, nobody has an arm, the control has to be named, the
            arms were not made by chance, or the results come from a roll-up, which has no users.
        MissingExtraError: The extra ``stats`` is not installed.

    Examples:
        >>> found = results.experiment()
        >>> found.arms.select("arm", "role", "declared_share", "users")
        shape: (3, 4)
        ┌───────────┬───────────┬────────────────┬───────┐
        │ arm       ┆ role      ┆ declared_share ┆ users │
        │ ---       ┆ ---       ┆ ---            ┆ ---   │
        │ str       ┆ str       ┆ f64            ┆ i64   │
        ╞═══════════╪═══════════╪════════════════╪═══════╡
        │ A         ┆ treatment ┆ 0.45           ┆ 77    │
        │ B         ┆ treatment ┆ 0.45           ┆ 94    │
        │ held_back ┆ control   ┆ 0.1            ┆ 21    │
        └───────────┴───────────┴────────────────┴───────┘
        >>> found.table.filter(metric="converted").select("arm", "difference", "low", "high", "verdict")
        shape: (2, 5)
        ┌─────┬────────────┬───────────┬──────────┬───────────┐
        │ arm ┆ difference ┆ low       ┆ high     ┆ verdict   │
        │ --- ┆ ---        ┆ ---       ┆ ---      ┆ ---       │
        │ str ┆ f64        ┆ f64       ┆ f64      ┆ str       │
        ╞═════╪════════════╪═══════════╪══════════╪═══════════╡
        │ A   ┆ 0.236111   ┆ 0.054799  ┆ 0.345988 ┆ too early │
        │ B   ┆ 0.147727   ┆ -0.023969 ┆ 0.236511 ┆ too early │
        └─────┴────────────┴───────────┴──────────┴───────────┘
    """
    session = self._session
    design = design_of(
        by=by,
        control=control,
        metrics=metrics,
        window=window,
        level=level,
        adjust=adjust,
        sequential=sequential,
        covariate=covariate,
        crossovers=crossovers,
        trust=trust,
    )
    data = session.data.require_users()
    return session.cached("experiment", design, compute=lambda: run(data, session.query, design))

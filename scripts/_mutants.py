"""What `mutants.py` plants: the operators that count, the modules, and the tests expected to catch them."""

from typing import Final

OPERATORS: Final = frozenset(
    f"core/{name}"
    for name in (
        "ReplaceComparisonOperator_Lt_LtE",
        "ReplaceComparisonOperator_LtE_Lt",
        "ReplaceComparisonOperator_Gt_GtE",
        "ReplaceComparisonOperator_GtE_Gt",
        "ReplaceComparisonOperator_Lt_Gt",
        "ReplaceComparisonOperator_Gt_Lt",
        "ReplaceComparisonOperator_LtE_GtE",
        "ReplaceComparisonOperator_GtE_LtE",
        "ReplaceComparisonOperator_Eq_NotEq",
        "ReplaceComparisonOperator_NotEq_Eq",
        "ReplaceComparisonOperator_Is_IsNot",
        "ReplaceComparisonOperator_IsNot_Is",
        "ReplaceBinaryOperator_Add_Sub",
        "ReplaceBinaryOperator_Sub_Add",
        "ReplaceBinaryOperator_Mul_Div",
        "ReplaceBinaryOperator_Div_Mul",
        "ReplaceBinaryOperator_FloorDiv_Mul",
        "ReplaceBinaryOperator_Mod_Mul",
        "ReplaceBinaryOperator_BitAnd_BitOr",
        "ReplaceBinaryOperator_BitOr_BitAnd",
        "ReplaceAndWithOr",
        "ReplaceOrWithAnd",
        "AddNot",
        "ReplaceUnaryOperator_Delete_Not",
        "ReplaceUnaryOperator_Delete_Invert",
        "ReplaceUnaryOperator_Delete_USub",
        "ReplaceTrueWithFalse",
        "ReplaceFalseWithTrue",
        "NumberReplacer",
        "ZeroIterationForLoop",
        "ReplaceBreakWithContinue",
        "ReplaceContinueWithBreak",
    )
)

_RULES: Final = tuple(
    f"tests/engine/{name}.py"
    for name in (
        "journeys/test_windows",
        "journeys/test_entries",
        "journeys/test_conversions",
        "metrics/test_table",
        "metrics/test_series",
        "test_against_reference",
    )
)
_COUNTS: Final = ("tests/engine/counting/test_dispatch.py",)
_FILES: Final = tuple(
    f"tests/sources/test_{name}.py" for name in ("csv_types", "file_set", "file_version", "formats")
)
_TABLES: Final = ("tests/tables/test_events.py", "tests/sources/test_ids.py")
_SNAPSHOT: Final = ("tests/report/snapshot/test_snapshot.py",)
_FINDINGS: Final = (
    "tests/engine/quality/test_findings.py",
    "tests/engine/quality/test_against_reference.py",
    "tests/engine/test_quality.py",
)
TARGETS: Final[dict[str, tuple[str, ...]]] = {
    "definitions/model": ("tests/test_definitions.py",),
    "definitions/shipped": ("tests/test_definitions.py",),
    "engine/cache": (),
    "engine/calendar": (),
    "engine/clocks": (),
    "engine/counting/bitmask": _COUNTS,
    "engine/counting/group_by": _COUNTS,
    "engine/counting/index_scan": _COUNTS,
    "engine/counting/occurrences": _COUNTS,
    "engine/counting/sketch": (
        "tests/engine/rollup/test_dataset.py",
        "tests/engine/test_clocks.py",
    ),
    "engine/counting/time_index": _COUNTS,
    "engine/journeys/rules": _RULES,
    "engine/journeys/windows": _RULES,
    "engine/metrics/base": (*_RULES, "tests/results/test_results.py"),
    "engine/metrics/table": (*_RULES, "tests/results/test_results.py"),
    "engine/people/behind": (),
    "engine/people/profile": ("tests/segments/test_followup.py",),
    "engine/people/reach": ("tests/segments/test_followup.py",),
    "engine/people/sequences": ("tests/engine/people/test_behind.py",),
    "engine/quality/by_row": _FINDINGS,
    "engine/quality/days": _FINDINGS,
    "engine/quality/finding": _FINDINGS,
    "engine/quality/people": _FINDINGS,
    "engine/quality/receipts": _FINDINGS,
    "engine/rollup/cells": ("tests/engine/rollup/test_dataset.py",),
    "engine/rollup/grains": (),
    "engine/statistics": (),
    "experiments/estimates": (),
    "experiments/moments": (),
    "experiments/sequential": (),
    "glossary/channel": ("tests/glossary/test_glossary.py",),
    "report/conditions": (),
    "report/html/metric_cells": ("tests/report/html/test_suppression.py",),
    "report/html/small_cells": ("tests/report/html/test_suppression.py",),
    "report/html/suppression": ("tests/report/html/test_suppressed_flow.py",),
    "report/images/flow_layout": ("tests/report/images/test_images.py",),
    "report/snapshot/changes": _SNAPSHOT,
    "report/snapshot/file": (*_SNAPSHOT, "tests/test_seal.py"),
    "segments/export": (
        *("tests/segments/test_users.py", "tests/segments/test_segment.py"),
        *("tests/segments/test_store.py",),
    ),
    "segments/rules": (),
    "segments/segment": ("tests/segments/test_users.py", "tests/segments/test_rules.py"),
    "segments/users": ("tests/segments/test_segment.py", "tests/segments/test_rules.py"),
    "sources/content": ("tests/sources/test_unpacking.py",),
    "sources/csv_types": _FILES,
    "sources/file_set": _FILES,
    "sources/file_version": _FILES,
    "sources/formats": _FILES,
    "tables/times": ("tests/tables/test_values.py", *_TABLES),
    "tables/values": _TABLES,
    "view_model/formatting": (),
    "view_model/glossary": (),
    "view_model/selection": ("tests/widgets/test_base.py", "tests/view_model/test_state.py"),
    "view_model/status": (),
}
"""Modules that compute, hide or read, and tests to run beside the one of the same name."""

import ast
import dataclasses
import datetime as dt
import inspect
import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import week as values
from pipeline.report import Folder, Options, render
from pipeline.report.folder import BESIDE, digest, version
from pipeline.report.json_text import indented
from pipeline.week import Judgement, PerformedSet, Status, Week

from .weeks import MON, all_three, both, history, judgement, lift, on_plan, week

CLASSES = [
    each
    for _, each in inspect.getmembers(values, inspect.isclass)
    if dataclasses.is_dataclass(each)
]
FULL = both(
    history=(
        judgement(Status.NO_DATA, 0, dt.date(2026, 11, 16)),
        judgement(Status.OVER_LIMIT, 3, dt.date(2026, 11, 17), "late.fit"),
    ),
    pause="flu",
)


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: each.__name__)
def test_no_field_is_left_out_of_a_digest(each: Any) -> None:  # noqa: ANN401
    assert all(field.repr and field.compare for field in dataclasses.fields(each))
    assert "__repr__" in vars(each)


def changed_anywhere(value: Any) -> list[Any]:  # noqa: ANN401
    """Every value that differs from this one in one leaf."""
    if dataclasses.is_dataclass(value):
        return [
            dataclasses.replace(value, **{field.name: other})  # type: ignore[type-var]
            for field in dataclasses.fields(value)
            for other in changed_anywhere(getattr(value, field.name))
        ]
    if isinstance(value, tuple):
        grown = [(*value, "more")]
        inside = [
            (*value[:place], other, *value[place + 1 :])
            for place, each in enumerate(value)
            for other in changed_anywhere(each)
        ]
        return grown + inside
    if isinstance(value, dict):
        return [{**value, "more": 1}]
    return ["other"]


def test_every_change_of_a_week_changes_its_digest() -> None:
    changes = changed_anywhere(FULL)

    digests = {digest(each) for each in changes}

    assert len(changes) > 300
    assert digest(FULL) not in digests


@pytest.mark.parametrize("other", [0.0, 0, None, "0", True])
def test_values_that_are_equal_and_not_written_alike_have_digests_of_their_own(
    other: Any,  # noqa: ANN401
) -> None:
    def lifted(weight: Any) -> Week:  # noqa: ANN401
        return week((lift("shrug", MON, sets=(PerformedSet(10, None, weight, "kg"),)),))

    assert digest(lifted(other)) != digest(lifted(-0.0))


def test_weeks_made_apart_have_one_digest() -> None:
    shared = all_three()
    copied = tuple(dataclasses.replace(each) for each in shared)

    assert digest(week(shared)) == digest(week(copied))
    assert digest(on_plan()) == digest(on_plan())


def test_a_history_is_part_of_a_digest() -> None:
    revised = (Judgement(Status.NO_DATA, dt.date(2026, 11, 17), (0, 0, 0, 0)),)

    assert digest(on_plan(history=revised)) != digest(on_plan())


def test_the_version_covers_all_that_the_package_imports_of_ours() -> None:
    imported = set()
    for module in resources.files("pipeline.report").iterdir():
        if module.name.endswith(".py"):
            tree = ast.parse(module.read_text("utf-8"))
            names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            imported |= {
                name.split(".")[1] for name in names if name and name.startswith("pipeline.")
            }

    assert {f"{name}.py" for name in imported - {"report"}} == set(BESIDE)
    assert version() == version()


def test_the_files_of_a_folder_are_those_of_a_full_rendering_in_any_order() -> None:
    weeks = history(both(), 15)
    folder = Folder(weeks, Options())

    files = [file for group in reversed(list(folder.groups())) for file in folder.files(group)]

    assert dict(files) == dict(render(weeks, options=Options()))
    assert len(files) == 3 * 16 + 8


LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)


@given(
    st.recursive(
        LEAVES.filter(lambda each: each not in (float("inf"), float("-inf"))),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_is_what_the_standard_library_would_write(value: object) -> None:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=2)

    assert indented(value) == text


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_json_does_not_have_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        indented({"metres": [number]})

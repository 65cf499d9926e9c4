import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipeline.report import notes

from ..homes import PROJECT  # noqa: TID252 - tests are one package
from .pages import with_made_part
from .schema_pages import fields_page, json_schema

REFERENCE = PROJECT / "docs" / "reference"
GOLDENS = sorted(
    path
    for folder in ("tests/golden", "tests/report/golden")
    for path in (PROJECT / folder).glob("*.json")
)
VALIDATOR = Draft202012Validator(json_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_the_schema_is_what_the_types_say(matches_golden: Callable[[str, str], None]) -> None:
    Draft202012Validator.check_schema(json_schema())

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    matches_golden(text, str(REFERENCE / "week.schema.json"))


def test_the_page_of_fields_is_what_the_types_say(
    matches_golden: Callable[[str, str], None],
) -> None:
    page = REFERENCE / "week-json.md"

    matches_golden(with_made_part(page, fields_page()), str(page))


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.name)
def test_every_golden_week_holds_to_the_schema(path: Path) -> None:
    week = json.loads(path.read_text(encoding="utf-8"))

    assert [f"{each.json_path}: {each.message}" for each in VALIDATOR.iter_errors(week)] == []


def objects(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [value] if isinstance(value, dict) else []
    return found + [each for item in inner for each in objects(item)]


@pytest.mark.parametrize("is_more", [True, False])
def test_a_field_more_or_less_is_found_in_every_object(is_more: bool) -> None:
    week = json.loads((PROJECT / "tests/report/golden/every_note.json").read_text("utf-8"))

    for place in range(len(objects(week))):
        changed = copy.deepcopy(week)
        each = objects(changed)[place]
        if is_more:
            each["unheard_of"] = 1
        else:
            each.popitem()
        assert not VALIDATOR.is_valid(changed)


def test_every_described_field_is_seen_in_a_golden() -> None:
    described = {
        (name, key)
        for name, each in [("Week", json_schema()), *json_schema()["$defs"].items()]
        for key in each["properties"]
    }
    seen = set()
    for path in GOLDENS:
        keys = {frozenset(each) for each in objects(json.loads(path.read_text(encoding="utf-8")))}
        for name, key in described:
            seen |= {(name, key) for found in keys if key in found}

    assert described - seen == {("Pain", "notes")} - seen


def test_every_kind_of_note_is_described_and_no_other() -> None:
    kinds = json_schema()["$defs"]["Note"]["properties"]["kind"]["enum"]

    assert tuple(kinds) == notes.ORDER

"""The JSON Schema of a week and the page of its fields, both made from the types."""

import enum
import types
from collections.abc import Iterator
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pipeline.report import schema

Schema = dict[str, Any]
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}
SHOWN = {"string": "text", "integer": "whole number", "boolean": "true or false"}
UNIONS = (Union, types.UnionType)


def json_schema() -> Schema:
    """The JSON Schema (2020-12) of a week; an object has the fields described, and no others."""
    definitions: dict[str, Schema] = {}
    week = _object(schema.Week, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A week of Backfour, schema version 1",
        **week,
        "$defs": dict(sorted(definitions.items())),
    }


def fields_page() -> Iterator[str]:
    """The lines of the tables: one for each object, the week first."""
    made = json_schema()
    yield from _table("The week", made)
    for name, each in made["$defs"].items():
        yield from _table(name, each)


def _table(title: str, described: Schema) -> Iterator[str]:
    yield from ("", f"## {title}", "", described["description"], "")
    yield from ("| field | type | meaning |", "|---|---|---|")
    required = described["required"]
    for key, each in described["properties"].items():
        meaning = each.get("description", "")
        optional = "" if key in required else "May be missing. "
        yield f"| `{key}` | {_shown(each)} | {optional}{meaning} |"


def _shown(each: Schema) -> str:
    """A type in words."""
    if "$ref" in each:
        name = each["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in each:
        return " or ".join(_shown(option) for option in each["anyOf"])
    if values := each.get("enum", [each["const"]] if "const" in each else []):
        return ", ".join(f"`{value}`" for value in values)
    if each["type"] == "array":
        size = f" of {each['minItems']}" if "minItems" in each else ""
        return f"list{size}: {_shown(each['items'])}"
    is_day = each.get("format") == "date"
    return "day" if is_day else SHOWN.get(str(each["type"]), str(each["type"]))


def _object(typed: Any, definitions: dict[str, Schema]) -> Schema:  # noqa: ANN401 - a TypedDict
    hints = get_type_hints(typed, include_extras=True)
    return {
        "description": (typed.__doc__ or "").strip(),
        "type": "object",
        "properties": {key: _schema(hint, definitions) for key, hint in hints.items()},
        "required": [key for key in hints if key in typed.__required_keys__],
        "additionalProperties": False,
    }


def _schema(hint: Any, definitions: dict[str, Schema]) -> Schema:  # noqa: ANN401 - any type at all
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        found = _schema(inner, definitions)
        for extra in extras:
            key, value = ("description", extra) if isinstance(extra, str) else extra
            found |= {key: value}
        return found
    if get_origin(hint) is NotRequired:
        return _schema(get_args(hint)[0], definitions)
    if is_typeddict(hint):
        name = hint.__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _object(hint, definitions)
        return {"$ref": f"#/$defs/{name}"}
    if get_origin(hint) in UNIONS:
        return {"anyOf": [_schema(each, definitions) for each in get_args(hint)]}
    if get_origin(hint) is list:
        return {"type": "array", "items": _schema(get_args(hint)[0], definitions)}
    return _value(hint)


def _value(hint: Any) -> Schema:  # noqa: ANN401 - any type at all
    if hint is type(None):
        return {"type": "null"}
    if get_origin(hint) is Literal:
        values = get_args(hint)
        return {"enum": list(values)} if values[1:] else {"const": values[0]}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {"enum": [each.value for each in hint]}
    return {"type": PLAIN[hint]}

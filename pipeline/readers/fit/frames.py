"""Every message of a FIT file as frames: what `backfour inspect --message` prints.

Judging needs a few columns and takes them from `part`; this decodes all of them, in the same way.
Names, scales and offsets are the profile's; what it does not know keeps its number. Developer
fields are columns of their own, named after their app's index, and never mixed with native ones.
Packed fields stay packed, but for a record's distance, which judging reads too.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from pipeline.readers.fit import container, definition, profile
from pipeline.readers.fit.columns import Block, valid
from pipeline.readers.fit.definition import BASE_TYPES, STRING, BaseType, DeveloperField, Field
from pipeline.readers.fit.walk import TIMESTAMP, Group, timestamps, walk

FIELD_DESCRIPTION = 206
PLACE = ""  # the column of a frame's making that says where each message begins
Described = dict[tuple[int, int], tuple[BaseType, str]]  # (app, number) → its type and name


def frames(content: bytes) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the messages of a file kind by kind and part by part: the kind's name, and a frame.

    A frame has a row for each message, in file order. Numbers are scaled to the profile's units,
    times are FIT seconds, positions semicircles; arrays are lists; no value is null. What follows
    the place where the structure breaks is left out.
    Raises Refused: E_FIT, E_FIT_LIMIT.
    """
    for part in container.parts(content, []):
        walked = walk(part.body, part.start, range(1 << 16))
        times = timestamps(part.body) if walked.is_compressed else {}
        described = _described(part.body, walked.of(FIELD_DESCRIPTION))
        for number in walked.groups:
            groups = walked.of(number)
            if groups:
                name = profile.message_names().get(number, f"message_{number}")
                yield name, _frame(part.body, number, groups, described, times)


def _frame(
    body: bytes, number: int, groups: Sequence[Group], described: Described, times: dict[int, int]
) -> pl.DataFrame:
    """Put the groups of one message number together, in file order."""
    pieces: list[dict[str, pl.Series]] = []
    for group in groups:
        block = Block(body, group)
        columns = {
            _name(number, field): _native(block, number, field)
            for field in definition.fields(group.definition)
            if field.base is not None
        }
        for made_up in definition.developer_fields(group.definition):
            key = made_up.developer, made_up.number
            if key in described:
                base, name = described[key]
                column = _developer(block, made_up, base)
                if column is not None:
                    columns[f"developer {made_up.developer}: {name}"] = column
        places = group.places()
        if times:
            told = pl.Series([times.get(at) for at in places.tolist()], dtype=pl.Int64)
            stamp = _name(number, Field(TIMESTAMP, 0, 0, None))
            own = columns.get(stamp, told)  # which is no time where it is a list, or a text
            columns[stamp] = own.fill_null(told) if own.dtype.is_numeric() else own
        pieces.append({PLACE: pl.Series(places), **columns})
    together = pl.concat([pl.DataFrame(each) for each in _alike(pieces)], how="diagonal_relaxed")
    return together.sort(PLACE).drop(PLACE)


def _alike(pieces: list[dict[str, pl.Series]]) -> list[dict[str, pl.Series]]:
    """Make lists of what is a list in another layout of the same message, and texts of texts."""
    lists, texts = (
        {name for each in pieces for name, column in each.items() if column.dtype == dtype}
        for dtype in (pl.List, pl.String)
    )
    return [
        {name: _as(column, lists, texts, name) for name, column in each.items()} for each in pieces
    ]


def _as(column: pl.Series, lists: set[str], texts: set[str], name: str) -> pl.Series:
    if name in texts and column.dtype != pl.String:
        return column.cast(pl.String) if column.dtype != pl.List else pl.Series(map(str, column))
    if name in lists and name not in texts and column.dtype != pl.List:
        return column.reshape((len(column), 1)).arr.to_list().set(column.is_null(), None)
    return column


def _name(number: int, field: Field) -> str:
    known = profile.fields().get((number, field.number))
    if known is not None:
        return known.name
    return "timestamp" if field.number == TIMESTAMP else f"field_{field.number}"


def _native(block: Block, number: int, field: Field) -> pl.Series:
    """One field of a group's messages, scaled as the profile says."""
    known = profile.fields().get((number, field.number))
    if known is None or (known.scale is None and known.offset is None):
        return _series(block, field, 1.0, 0.0)
    return _series(block, field, known.scale or 1.0, known.offset or 0.0)


def _developer(block: Block, made_up: DeveloperField, base: BaseType) -> pl.Series | None:
    """A developer field, unscaled: what its app says of scales is not to be relied on."""
    if made_up.size_bytes == 0 or made_up.size_bytes % base.width:
        return None
    return _series(block, Field(made_up.number, made_up.at, made_up.size_bytes, base), 1.0, 0.0)


def _series(block: Block, field: Field, scale: float, offset: float) -> pl.Series:
    """Values of a field: texts, numbers, or lists of numbers; scaled ones are floats."""
    if field.base is STRING:
        texts = (
            None if cell is None else cell.decode("utf-8", "replace") for cell in block.texts(field)
        )
        return pl.Series(list(texts), dtype=pl.String)
    raw = block.raw(field)
    given = valid(raw, field)
    is_scaled = (scale, offset) != (1.0, 0.0)
    values = raw / scale - offset if is_scaled else raw.astype(raw.dtype.newbyteorder("="))
    if values.ndim == 1:
        return pl.Series(values).set(pl.Series(~given), None)
    flat = pl.Series(np.ascontiguousarray(values).reshape(-1)).set(
        pl.Series(~given.reshape(-1)), None
    )
    lists = flat.reshape((len(values), values.shape[1])).arr.to_list()
    return lists.set(pl.Series(~given.any(axis=1)), None)


def _described(body: bytes, groups: Sequence[Group]) -> Described:
    """Read what the apps on the watch say of their fields."""
    found: Described = {}
    for group in groups:
        block = Block(body, group)
        by_number = {each.number: each for each in definition.fields(group.definition)}
        columns = [by_number.get(number) for number in (0, 1, 2, 3)]
        if any(each is None or each.base is None for each in columns):
            continue
        app, number, code, name = (_series(block, each, 1.0, 0.0) for each in columns if each)
        for app_index, field_number, type_code, text in zip(app, number, code, name, strict=True):
            if not (isinstance(app_index, int) and isinstance(field_number, int)):
                continue  # not stated, or a list, a text or a fraction in the place of a number
            known_code = type_code if isinstance(type_code, int) else 0
            base = BASE_TYPES.get(known_code & definition.BASE_TYPE_MASK)
            if base is not None:
                shown = text if isinstance(text, str) else str(field_number)
                found[app_index, field_number] = (base, shown)
    return found

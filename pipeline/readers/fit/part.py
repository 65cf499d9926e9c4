"""One part of a FIT file, decoded as far as Backfour needs it, whichever decoder did it."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from pipeline.readers.fit import profile
from pipeline.readers.fit.columns import Block, Floats, floats, is_number, merged
from pipeline.readers.fit.container import Part as Raw
from pipeline.readers.fit.definition import BYTE, Field, fields
from pipeline.readers.fit.rows import Row, rows
from pipeline.readers.fit.walk import TIMESTAMP, Group, timestamps, walk

SEMICIRCLE = 180 / 2**31  # degrees
LATITUDE, LONGITUDE, DISTANCE, PACKED = 0, 1, 5, 8
DISTANCE_SCALE = 100  # centimetres
PACKED_BYTES, PACKED_DISTANCE_MASK, PACKED_DISTANCE_SCALE = 3, 0xFFF, 16

# Every message that is read whole, and the fields of it that anybody downstream asks for.
WANTED: dict[int, frozenset[int]] = {
    profile.FILE_ID: frozenset({0, 1, 2}),
    profile.SPORT: frozenset({0, 1}),
    profile.SESSION: frozenset({253, 2, 3, 4, 5, 6, 7, 8, 9, 25, 26, 110}),
    profile.LAP: frozenset({253, 2, 7, 9, 25, 39}),
    profile.EVENT: frozenset({253, 0, 1}),
    profile.WORKOUT_STEP: frozenset({254, 0, 10, 11}),
    profile.ACTIVITY: frozenset({253, 5}),
    profile.SET: frozenset({254, 0, 3, 4, 5, 6, 7, 8, 10, 11}),
    profile.EXERCISE_TITLE: frozenset({254, 0, 1, 2}),
}
WALKED = frozenset({*WANTED, profile.RECORD})
RECORD_FIELDS = frozenset({TIMESTAMP, LATITUDE, LONGITUDE, DISTANCE, PACKED})
NO_PLACES = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Records:
    """The record columns that distances need; NaN where a record does not say.

    `seconds` are of the device's own clock; a record without a time keeps the one before it.
    Latitude and longitude are degrees, `distance_m` is the running distance.
    """

    seconds: Floats
    latitude: Floats
    longitude: Floats
    distance_m: Floats

    def between(self, start: float, end: float) -> "Records":
        """Return the records of a session: from its start up to the start of the next one."""
        inside = (self.seconds >= start) & (self.seconds < end)
        columns = (self.seconds, self.latitude, self.longitude, self.distance_m)
        return Records(*(column[inside] for column in columns))


NO_RECORDS = Records(*(np.zeros(0) for _ in range(4)))


@dataclass
class Part:
    """What one part says. `integrity` as in `tables.Activity`, "damaged" when it breaks midway.

    `broken_at` is the byte of the file where the structure stops making sense, `misaligned` how
    many fields were stepped over because their size does not fit their type.
    """

    integrity: str
    kinds: dict[int, list[Row]] = dataclasses.field(default_factory=dict)
    records: Records = NO_RECORDS
    messages: int = 0
    broken_at: int | None = None
    misaligned: int = 0

    def of(self, number: int) -> list[Row]:
        """Return all messages of one kind, in file order."""
        return self.kinds.get(number, [])


def decode(raw: Raw) -> Part:
    """Decode a part: rows of the messages that are read whole, columns of the records.

    What follows the place where the structure breaks is left out. Raises Refused with E_FIT_LIMIT.
    """
    walked = walk(raw.body, raw.start, WALKED)
    times = timestamps(raw.body) if walked.is_compressed else {}
    kinds = {
        number: rows(raw.body, groups, WANTED[number], times)
        for number, groups in walked.groups.items()
        if number in WANTED
    }
    groups = walked.of(profile.RECORD)
    layouts = [fields(group.definition, RECORD_FIELDS) for group in groups]
    misaligned = sum(each.base is None and each.size_bytes > 0 for some in layouts for each in some)
    found = _records(raw.body, groups, layouts, times) if groups else NO_RECORDS
    broken_at = None if walked.broken_at is None else raw.start + walked.broken_at
    return Part(raw.integrity, kinds, found, walked.messages, broken_at, misaligned)


def without_gaps(seconds: Floats) -> Floats:
    """Give each record without a time that of the one before it."""
    known = np.isfinite(seconds)
    if known.all():
        return seconds
    places = np.where(known, np.arange(len(seconds)), 0)
    return np.asarray(seconds[np.maximum.accumulate(places)])


def _records(
    body: bytes, groups: list[Group], layouts: list[list[Field]], times: dict[int, int]
) -> Records:
    """Gather the record columns of all layouts, in file order."""
    blocks = [Block(body, group) for group in groups]
    is_one = len(groups) == 1
    places = [NO_PLACES if is_one and not times else group.places() for group in groups]

    def column(number: int) -> Floats:
        return merged(
            [
                (at, _column(block, _field(layout, number)))
                for at, block, layout in zip(places, blocks, layouts, strict=True)
            ]
        )

    seconds = column(TIMESTAMP)
    if times:
        in_header = [np.array([times.get(at, np.nan) for at in each.tolist()]) for each in places]
        told = merged(list(zip(places, in_header, strict=True)))
        seconds = np.where(np.isfinite(seconds), seconds, told)
    distance_m = column(DISTANCE) / DISTANCE_SCALE
    if any(_field(layout, PACKED) for layout in layouts):
        packed = merged(
            [
                (at, _packed(block, _field(layout, PACKED)))
                for at, block, layout in zip(places, blocks, layouts, strict=True)
            ]
        )
        distance_m = np.where(np.isfinite(distance_m), distance_m, _unwrapped(packed))
    latitude, longitude = column(LATITUDE) * SEMICIRCLE, column(LONGITUDE) * SEMICIRCLE
    return Records(without_gaps(seconds), latitude, longitude, distance_m)


def _field(layout: list[Field], number: int) -> Field | None:
    return next((each for each in layout if each.number == number), None)


def _column(block: Block, field: Field | None) -> Floats:
    """One field of a group's records; NaN throughout where it has none that is a number."""
    if field is None or not is_number(field):
        return np.full(block.count, np.nan)
    return floats(block.raw(field), field)


def _packed(block: Block, field: Field | None) -> Floats:
    """The 12 bits of distance in compressed_speed_distance, in sixteenths of a metre."""
    if field is None or field.base is not BYTE or field.size_bytes != PACKED_BYTES:
        return np.full(block.count, np.nan)
    raw = block.raw(field).astype(np.int64)
    sixteenths = (raw[:, 1] >> 4 | raw[:, 2] << 4).astype(np.float64)
    sixteenths[(raw == 0xFF).all(axis=1)] = np.nan  # noqa: PLR2004 - the invalid byte
    return sixteenths


def _unwrapped(packed: Floats) -> Floats:
    """Running distance in metres: the 12 bits begin again at 0 every 256 m."""
    known = np.isfinite(packed)
    values = packed[known].astype(np.int64)
    steps = np.diff(values, prepend=0) & PACKED_DISTANCE_MASK
    running = np.full(len(packed), np.nan)
    running[known] = np.cumsum(steps) / PACKED_DISTANCE_SCALE
    return running

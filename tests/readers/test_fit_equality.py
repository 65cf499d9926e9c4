"""Every cell of every message we name equals the official SDK's, over all real FIT files.

fitdecode decides where the SDK stops: it refuses compressed timestamps.
"""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import fitdecode
import numpy as np
import pytest
from garmin_fit_sdk import Decoder, Stream
from garmin_fit_sdk.profile import Profile

from pipeline.errors import Refused
from pipeline.readers.fit import container, profile
from pipeline.readers.fit.frames import frames
from pipeline.readers.fit.part import decode
from tests.corpora import SHARED, activity_files

Rows = dict[int, list[dict[int, Any]]]
KEPT = (
    profile.FILE_ID,
    profile.SESSION,
    profile.LAP,
    profile.RECORD,
    profile.EVENT,
    profile.ACTIVITY,
    profile.SET,
    profile.WORKOUT_STEP,
)
SDK_STOPS_AT_COMPRESSED_TIME = {"antfs-dump.63.fit", "compressed-speed-distance.fit"}
# Fields whose size does not fit their type: the SDK reads a byte of them, we step over.
MISALIGNED = {("coros-pace-2-cycling-misaligned-fields.fit", profile.EVENT, 3): 5}

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:fitdecode.*")


@pytest.fixture(scope="module")
def corpus() -> list[Path]:
    files = activity_files("fit")
    if not files:
        pytest.skip("../shared is not there and BACKFOUR_CORPUS names nothing: no real FIT file")
    return files


def ours(content: bytes) -> Rows:
    numbers = {(m, field.name): number for (m, number), field in profile.fields().items()}
    messages = {name: number for number, name in profile.message_names().items()}
    found: Rows = {}
    for name, frame in frames(content):
        message = messages[name] if name in messages else int(name.removeprefix("message_"))
        fields = {
            column: numbers[message, column]
            if (message, column) in numbers
            else 253
            if column == "timestamp"
            else int(column.removeprefix("field_"))
            for column in frame.columns
            if not column.startswith("developer ")
        }
        found.setdefault(message, []).extend(
            {fields[k]: _single(v) for k, v in row.items() if k in fields and v is not None}
            for row in frame.iter_rows(named=True)
        )
    return found


def garmins(content: bytes) -> Rows:
    # Errors come back in a list, beside the messages read up to them.
    decoded, _ = Decoder(Stream.from_byte_array(bytearray(content))).read(
        convert_types_to_strings=False,
        convert_datetimes_to_dates=False,
        merge_heart_rates=False,
        expand_sub_fields=False,
        expand_components=False,
    )
    keys = {each["messages_key"]: number for number, each in Profile["messages"].items()}
    found: Rows = {}
    for key, rows in cast("dict[str, list[dict[str, Any]]]", decoded).items():
        message = keys[key] if key in keys else int(key)
        known = Profile["messages"].get(message, {"fields": {}})["fields"]
        numbers = {field["name"]: number for number, field in known.items()}
        found[message] = [
            {
                numbers.get(name, name): _single(value)
                for name, value in row.items()
                if name not in {"developer_fields", "key"} and not _is_nan(value)
            }
            for row in rows
        ]
    return found


def _single(value: Any) -> Any:  # noqa: ANN401 - whatever a decoder gives
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _sdk_scaled(message: int, number: int, raw: Any) -> Any:  # noqa: ANN401 - as above
    """What the SDK makes of a raw number of a field that our older profile does not have."""
    field = Profile["messages"].get(message, {"fields": {}})["fields"].get(number)
    if field is None or len(field["scale"]) != 1:
        return raw
    scale, offset = field["scale"][0] or 1, (field["offset"] or [0])[0]
    if isinstance(raw, list):
        return [None if each is None else each / scale - offset for each in raw]
    return raw if isinstance(raw, str) else raw / scale - offset


def _is_same(message: int, number: int, sdk: object, our: Any) -> bool:  # noqa: ANN401 - as above
    if sdk == our:
        return True
    if isinstance(sdk, list) and isinstance(our, str):
        return bool(sdk[0] == our)  # several strings in one field: ours end at the first NUL
    is_older = (message, number) not in profile.fields()
    return is_older and our is not None and sdk == _sdk_scaled(message, number, our)


def test_every_cell_is_the_official_sdks(corpus: list[Path]) -> None:
    cells: Counter[int] = Counter()
    different: Counter[tuple[str, int, int]] = Counter()
    for path in corpus:
        content = path.read_bytes()
        mine, theirs = ours(content), garmins(content)
        for message in sorted({*theirs}):
            if path.name not in SDK_STOPS_AT_COMPRESSED_TIME:
                assert len(mine.get(message, [])) == len(theirs[message]), (path.name, message)
            for our, their in zip(mine.get(message, []), theirs[message], strict=False):
                for number in our.keys() | their.keys():
                    cells[message] += 1
                    if not _is_same(message, number, their.get(number), our.get(number)):
                        different[path.name, message, number] += 1

    names = {path.name for path in corpus}
    assert different == {key: n for key, n in MISALIGNED.items() if key[0] in names}
    if SHARED.is_dir():
        assert cells[profile.RECORD] > 1_000_000
        assert all(cells[message] for message in KEPT)


def test_where_the_sdk_stops_every_cell_is_fitdecodes(corpus: list[Path]) -> None:
    compared = 0
    for path in corpus:
        if path.name not in SDK_STOPS_AT_COMPRESSED_TIME:
            continue
        mine = ours(path.read_bytes())
        for message, theirs in _fitdecodes(path).items():
            assert len(mine[message]) == len(theirs), (path.name, message)
            for our, their in zip(mine[message], theirs, strict=True):
                for number, (value, is_scaled) in their.items():
                    field = profile.fields().get((message, number))
                    scaled = value
                    if is_scaled and field and isinstance(value, int):
                        scaled = value / (field.scale or 1) - (field.offset or 0)
                    given = our.get(number)
                    assert given == scaled or isinstance(value, tuple | str | bytes), (
                        path.name,
                        message,
                        number,
                    )
                    compared += 1
    assert compared > 4000 or not SHARED.is_dir()


def _fitdecodes(path: Path) -> dict[int, list[dict[int, tuple[Any, bool]]]]:
    found: dict[int, list[dict[int, tuple[Any, bool]]]] = {}
    with fitdecode.FitReader(str(path), check_crc=fitdecode.CrcCheck.DISABLED) as reader:
        for frame in reader:
            if not isinstance(frame, fitdecode.FitDataMessage):
                continue
            row: dict[int, tuple[Any, bool]] = {}
            for field in frame.fields:
                is_native = isinstance(field.field_def, fitdecode.types.FieldDefinition)
                if field.raw_value is not None and (is_native or field.def_num == 253):
                    row.setdefault(field.def_num, (field.raw_value, is_native))
            found.setdefault(frame.global_mesg_num, []).append(row)
    return found


def test_the_columns_that_judging_takes_are_those_of_the_frames(corpus: list[Path]) -> None:
    for path in corpus:
        found = dict(_records(path.read_bytes()))
        content = path.read_bytes()
        for index, raw in enumerate(container.parts(content, [])):
            records = decode(raw).records
            frame = found.get(index)
            if frame is None:
                assert len(records.seconds) == 0, path.name
                continue
            assert len(records.seconds) == len(frame), path.name
            for name, column, scale in (
                ("distance", records.distance_m, 1.0),
                ("position_lat", records.latitude, 180 / 2**31),
                ("position_long", records.longitude, 180 / 2**31),
            ):
                if name in frame.columns:
                    theirs = frame[name].cast(float).fill_null(np.nan).to_numpy() * scale
                    is_packed = "compressed_speed_distance" in frame.columns
                    assert is_packed or np.array_equal(column, theirs, equal_nan=True), path.name


def _records(content: bytes) -> Iterator[tuple[int, Any]]:
    index = 0
    rest = content
    try:
        for index, raw in enumerate(container.parts(rest, [])):
            end = raw.start + len(raw.body) + 2
            for name, frame in frames(content[raw.offset : end]):
                if name == "record":
                    yield index, frame
                    break
    except Refused:
        return

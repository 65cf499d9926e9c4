"""Ten years of one person's exports: thousands of files, no two alike, made in seconds.

A few templates are encoded once; each file is one of them at another time. In FIT the times are
shifted in the bytes and the checksum is computed anew, in GPX and TCX the date is replaced.
"""

import datetime as dt
import functools
import gzip
import struct
from collections.abc import Iterator
from pathlib import Path

import fastcrc
import numpy as np
import numpy.typing as npt
from sample_strength import Workout, strong_csv

from benchmarks.corpus import FIRST_DAY, encoded
from pipeline.readers.fit import container, definition
from pipeline.readers.fit.walk import walk

DAYS, DAY_S = 3_650, 86_400
# Of twenty files: sixteen FIT, one of them packed, two GPX, one TCX.
ROUND = ("fit",) * 15 + ("fit.gz", "fit", "gpx", "gpx", "tcx")
# Seconds, at 20 bytes a record: FIT files of 20 to 300 KB, most of them under 100.
FIT_S = (1_000, 1_300, 1_600, 1_900, 2_200, 2_600, 3_000, 3_500, 4_200, 5_400, 7_200, 14_500)
XML_S = (900, 1_200, 1_500, 1_800)
TIMES = {(0, 4), (18, 2), (19, 2), (34, 5)}  # message and field that hold a time, beside 253
TIMESTAMP = 253
WORKOUTS, SETS_OF_A_WORKOUT = 1_500, 30


def describe(files: int) -> str:
    """Say what `written` writes."""
    return (
        f"{files:,} files: 16 of 20 FIT of 20 to 300 KB, one of them gzipped, 2 GPX, 1 TCX; a"
        f" Strong export of {WORKOUTS * SETS_OF_A_WORKOUT:,} sets"
    )


def written(folder: Path, files: int, *, first: int = 0) -> None:
    """Write so many exports into a folder, from number `first` on."""
    for number in range(first, first + files):
        name, content = export(number)
        (folder / name).write_bytes(content)


def small_written(folder: Path, files: int) -> None:
    """Write so many recordings of a minute, each of about a kilobyte."""
    template = _Template(encoded("fit", 0, 60))
    for number in range(files):
        (folder / f"small {number:06}.fit").write_bytes(
            template.after(number * DAYS * DAY_S // files)
        )


def export(number: int) -> tuple[str, bytes]:
    """Return the name and the content of one file; the number decides everything."""
    kind = ROUND[number % len(ROUND)]
    if kind in {"gpx", "tcx"}:
        # A round has a day of its own, and its files templates of their own: no two are alike.
        round_number = number // len(ROUND)
        day = FIRST_DAY + dt.timedelta(days=round_number * 7 % DAYS)
        content = _xml(kind, (round_number + number) % len(XML_S))
        first, then = (f"{each:%Y-%m-%d}T".encode() for each in (FIRST_DAY, day))
        return f"{number:06}.{kind}", content.replace(first, then)
    content = _fit(number % len(FIT_S)).after(number * 7_919 * 3_600 % (DAYS * DAY_S) + number)
    return f"{number:06}.{kind}", gzip.compress(content, 6) if kind == "fit.gz" else content


def strength_log() -> bytes:
    """Write ten years of strength workouts as one export."""
    notation = " ".join(["35x12"] * (SETS_OF_A_WORKOUT // 3))
    names = ("Lat Pulldown (Cable)", "Glute Bridge", "Shrug (Dumbbell)")
    exercises = tuple((name, notation) for name in names)
    starts = (FIRST_DAY + dt.timedelta(days=number * DAYS / WORKOUTS) for number in range(WORKOUTS))
    return strong_csv(
        tuple(
            Workout("Back day", f"{start:%Y-%m-%d %H:%M:%S}", "47m", exercises) for start in starts
        )
    )


class _Template:
    """A FIT file, and the places of all times in it."""

    def __init__(self, content: bytes) -> None:
        (part,) = container.parts(content, [])
        self.header, self.body = content[: part.start], np.frombuffer(part.body, np.uint8)
        self.places: npt.NDArray[np.int64] = np.concatenate(list(_times(part.body)))

    def after(self, seconds: int) -> bytes:
        """Return the file as it would be so much later."""
        body = self.body.copy()
        at = self.places[:, None] + np.arange(4)
        times = body[at].view("<u4") + np.uint32(seconds)
        body[at] = times.astype("<u4").view(np.uint8)
        content = self.header + body.tobytes()
        return content + struct.pack("<H", fastcrc.crc16.arc(content))


def _times(body: bytes) -> Iterator[npt.NDArray[np.int64]]:
    for number, groups in walk(body, 0, range(1 << 16)).groups.items():
        for group in groups:
            for field in definition.fields(group.definition):
                if field.number == TIMESTAMP or (number, field.number) in TIMES:
                    yield group.places() + field.at


@functools.cache
def _fit(template: int) -> _Template:
    return _Template(encoded("fit", template, FIT_S[template]))


@functools.cache
def _xml(kind: str, template: int) -> bytes:
    return encoded(kind, template, XML_S[template])

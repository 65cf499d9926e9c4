"""The files to read: the shared corpus where there is one, else invented ones, always the same."""

import contextlib
import datetime as dt
import functools
import math
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sample_tracks import Outing, as_fit, as_gpx, samples

from tests import corpora

SEED = 20261116
INVENTED, SHORTEST_S, LONGEST_S = 40, 60, 12_000
FIRST_DAY = dt.datetime(2016, 11, 14, 7, tzinfo=dt.UTC)
TCX = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
KINDS = ("fit", "gpx", "tcx")


@functools.cache
def files(kind: str) -> tuple[bytes, ...]:
    """Return the files of a kind, real ones where there are any."""
    real = tuple(path.read_bytes() for path in paths(kind))
    return tuple(content for content in real if content) or invented(kind)


def paths(kind: str) -> list[Path]:
    """Return where the real files of a kind lie."""
    return corpora.activity_files(kind)


@contextlib.contextmanager
def on_disk(contents: Sequence[bytes]) -> Iterator[list[Path]]:
    """Write contents into a folder for a while; yields where they lie."""
    with tempfile.TemporaryDirectory() as folder:
        found = [Path(folder) / str(number) for number in range(len(contents))]
        for path, content in zip(found, contents, strict=True):
            path.write_bytes(content)
        yield found


@functools.cache
def invented(kind: str) -> tuple[bytes, ...]:
    """Invent files of a kind, from a minute to three hours long."""
    rng = random.Random(SEED)  # noqa: S311 - test data
    spread = math.log(LONGEST_S / SHORTEST_S)
    lengths = [round(SHORTEST_S * math.exp(rng.random() * spread)) for _ in range(INVENTED)]
    return tuple(encoded(kind, number, length) for number, length in enumerate(lengths))


def encoded(kind: str, number: int, duration_s: int) -> bytes:
    """Invent one run with a record a second, as a file."""
    outing = Outing(
        name=f"benchmark {number}",
        starts_at=FIRST_DAY,
        duration_s=duration_s,
        metres=2.4 * duration_s,
        gps_share=1.0,
        step_s=1,
    )
    if kind == "fit":
        return as_fit(outing)
    if kind == "gpx":
        return as_gpx(outing, f"Run {number}", "running")
    return as_tcx(outing)


def as_tcx(outing: Outing) -> bytes:
    """Write an outing as TCX, in one lap."""
    start = f"{outing.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<TrainingCenterDatabase xmlns="{TCX}"><Activities><Activity Sport="Running">',
        f'<Id>{start}</Id><Lap StartTime="{start}">',
        f"<TotalTimeSeconds>{outing.duration_s}</TotalTimeSeconds>",
        f"<DistanceMeters>{outing.metres}</DistanceMeters><Calories>0</Calories>",
        "<Intensity>Active</Intensity><TriggerMethod>Manual</TriggerMethod><Track>",
    ]
    for sample in samples(outing):
        latitude, longitude = sample.position or (0.0, 0.0)
        time = outing.starts_at + dt.timedelta(seconds=sample.second)
        lines.append(
            f"<Trackpoint><Time>{time:%Y-%m-%dT%H:%M:%SZ}</Time><Position>"
            f"<LatitudeDegrees>{latitude:.7f}</LatitudeDegrees>"
            f"<LongitudeDegrees>{longitude:.7f}</LongitudeDegrees></Position>"
            f"<AltitudeMeters>{sample.height_m:.1f}</AltitudeMeters>"
            f"<DistanceMeters>{sample.centimetres / 100}</DistanceMeters>"
            f"<HeartRateBpm><Value>{sample.heart_rate}</Value></HeartRateBpm></Trackpoint>"
        )
    end = "</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
    return "\n".join([*lines, end, ""]).encode()


def described() -> str:
    """Say which files were read, of each kind how many and how large."""
    told = []
    for kind in KINDS:
        megabytes = sum(map(len, files(kind))) / 1_000_000
        which = "real" if paths(kind) else f"invented (seed {SEED})"
        told.append(f"{len(files(kind))} {which} {kind.upper()}, {megabytes:.1f} MB")
    return (
        f"{'; '.join(told)}. Real ones are those of the shared corpus and of BACKFOUR_CORPUS;"
        f" files to import are invented with the seed {SEED}."
    )

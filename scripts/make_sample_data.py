"""Write the sample data: eight weeks of an invented person, the same bytes on every run.

Usage: python scripts/make_sample_data.py [FOLDER]
"""

import datetime as dt
import struct
import sys
from pathlib import Path

from sample_fit import PROFILE, PROTOCOL, crc16
from sample_story import expected_json, readme
from sample_strength import WatchExercise, Workout, hevy_csv, strong_csv, watch_fit
from sample_tracks import Outing, as_fit, as_gpx

SUMMER, WINTER = (dt.timezone(dt.timedelta(hours=hours)) for hours in (2, 1))
TREADMILL, WALK = (1, 1, "Treadmill"), (11, 0, "Walk")
CUT_PERCENT = 58

TREADMILL_RUN = Outing(
    name="2026-09-24-183210.fit",
    starts_at=dt.datetime(2026, 9, 24, 18, 32, 10, tzinfo=SUMMER),
    duration_s=1507,
    metres=3650.0,
    gps_share=None,
    sport=TREADMILL,
)
SUNDAY_WALK = Outing(
    name="2026-09-27-150412.fit",
    starts_at=dt.datetime(2026, 9, 27, 15, 4, 12, tzinfo=SUMMER),
    duration_s=4486,
    metres=6240.0,
    gps_share=0.996,
    sport=WALK,
    step_s=10,
)
EVENING_JOG = Outing(
    name="Abendlauf.gpx",
    starts_at=dt.datetime(2026, 10, 1, 18, 47, 33, tzinfo=SUMMER),
    duration_s=1598,
    metres=3920.0,
    gps_share=1.0,
)
JOG_BY_WATCH = Outing(
    name="2026-10-08-071455.fit",
    starts_at=dt.datetime(2026, 10, 8, 7, 14, 55, tzinfo=SUMMER),
    duration_s=1812,
    metres=4460.0,
    gps_share=0.998,
    course="8 October",
)
JOG_BY_PHONE = Outing(
    name="activity_20481137265.gpx",
    starts_at=JOG_BY_WATCH.starts_at,
    duration_s=JOG_BY_WATCH.duration_s,
    metres=4460.0,
    gps_share=1.004,
    step_s=10,
    course="8 October",
)
JOG_OF_5000_M = Outing(
    name="2026-10-17-093011.fit",
    starts_at=dt.datetime(2026, 10, 17, 9, 30, 11, tzinfo=SUMMER),
    duration_s=2044,
    metres=5000.0,
    gps_share=0.9965,
)
SUNDAY_NIGHT_JOG = Outing(
    name="2026-10-25-233004.fit",
    starts_at=dt.datetime(2026, 10, 25, 23, 30, 4, tzinfo=WINTER),
    duration_s=1853,
    metres=4380.0,
    gps_share=1.002,
)
CUT_JOG = Outing(
    name="2026-11-07-103218.fit",
    starts_at=dt.datetime(2026, 11, 7, 10, 32, 18, tzinfo=WINTER),
    duration_s=1971,
    metres=4850.0,
    gps_share=0.999,
)
MORNING_JOG = Outing(
    name="Morning_Run.gpx",
    starts_at=dt.datetime(2026, 11, 10, 6, 58, 21, tzinfo=WINTER),
    duration_s=1684,
    metres=4120.0,
    gps_share=1.0,
)
LONG_JOG = Outing(
    name="2026-11-14-081203.fit",
    starts_at=dt.datetime(2026, 11, 14, 8, 12, 3, tzinfo=WINTER),
    duration_s=2297,
    metres=5620.0,
    gps_share=5580 / 5620,
)

WATCH_STRENGTH = (
    WatchExercise(21, 13, "Lat Pulldown", sets=3, reps=12, weight_kg=37.5),
    WatchExercise(10, 11, "Hip Raise", sets=3, reps=15, weight_kg=0),
    WatchExercise(26, 5, "Dumbbell Shrug", sets=3, reps=12, weight_kg=14),
)

STRONG_UP_TO_4_OCTOBER = (
    Workout(
        "Back day",
        "2026-09-22 18:04:11",
        "47m",
        (
            ("Lat Pulldown (Cable)", "W20x12 32.5x12 32.5x12 32.5x11"),
            ("Glute Bridge", "x15 x15 x15"),
            ("Shrug (Dumbbell)", "12x12 12x12 12x12"),
        ),
    ),
    Workout(
        "Core and hips",
        "2026-09-25 07:12:40",
        "31m",
        (("Glute Bridge", "x15 x15"), ("Bird Dog", "x10 x10"), ("Plank", "40s 40s")),
    ),
    Workout(
        "Back day",
        "2026-09-29 18:10:02",
        "38m",
        (
            ("Lat Pulldown (Cable)", "W20x12 35x12 35x12 35x10"),
            ("Glute Bridge", "x15 x15 x15"),
            ("Plank", "45s 45s"),
        ),
        note="Dumbbells taken, went home early",
    ),
)
STRONG_UP_TO_18_OCTOBER = (
    *STRONG_UP_TO_4_OCTOBER,
    Workout(
        "Hotel gym",
        "2026-10-06 17:58:27",
        "36m",
        (
            ("Pull thing", "30x12 30x12 30x12"),
            ("Glute Bridge", "x18 x18"),
            ("Shrug (Dumbbell)", "12x14 12x14"),
        ),
    ),
    Workout(
        "Back day",
        "2026-10-13 18:07:45",
        "1h 2m",
        (
            ("Lat Pulldown (Cable)", "W20x12 35x12 35x12 F35x11"),
            ("Glute Bridge", "10x15 10x15 10x15"),
            ("Shrug (Dumbbell)", "14x12 14x12 14x12"),
            ("Bird Dog", "x12 x12"),
        ),
    ),
)
HEVY = (
    Workout(
        "Back four",
        "20 Oct 2026, 18:05",
        "20 Oct 2026, 18:52",
        (
            ("Lat Pulldown (Cable)", "W20x12 35x12 35x12 35x12"),
            ("Glute Bridge", "x15 x15 x15"),
            ("Shrug (Dumbbell)", "14x12 14x12 F14x13"),
        ),
        note="First time with this app",
    ),
    Workout(
        "Core and hips",
        "23 Oct 2026, 07:20",
        "23 Oct 2026, 07:49",
        (("Glute Bridge", "x18 x18"), ("Bird Dog", "x12 x12"), ("Plank", "50s 50s")),
    ),
    Workout(
        "Back four",
        "9 Nov 2026, 18:11",
        "9 Nov 2026, 18:40",
        (
            ("Lat Pulldown (Cable)", "W20x12 37.5x12 37.5x12 37.5x10"),
            ("Shrug (Dumbbell)", "14x14 14x14 14x12"),
        ),
    ),
    Workout(
        "Core and hips",
        "12 Nov 2026, 07:15",
        "12 Nov 2026, 07:41",
        (("Glute Bridge", "10x15 10x15 10x15"), ("Plank", "50s 50s")),
    ),
)


PAIN = """\
date,score,note
2026-10-28,4,"sat all day"
2026-10-30,3,
2026-11-01,3,
2026-11-03,3,
2026-11-05,2,
2026-11-08,2,
2026-11-09,2,
2026-11-10,3,
2026-11-11,2,
2026-11-13,2,
2026-11-14,4,"after the long jog"
2026-11-15,3,
"""


def inbox() -> dict[str, bytes]:
    """Return every file Alex dropped, by name."""
    files = {
        outing.name: as_fit(outing)
        for outing in (
            TREADMILL_RUN,
            SUNDAY_WALK,
            JOG_BY_WATCH,
            JOG_OF_5000_M,
            SUNDAY_NIGHT_JOG,
            LONG_JOG,
        )
    }
    whole = as_fit(CUT_JOG)
    files[CUT_JOG.name] = whole[: len(whole) * CUT_PERCENT // 100]
    strength = "2026-11-04-181207.fit"
    starts_at = dt.datetime(2026, 11, 4, 18, 12, 7, tzinfo=WINTER)
    files[strength] = watch_fit(strength, starts_at, WATCH_STRENGTH)
    files["damaged.fit"] = _damaged()
    files[EVENING_JOG.name] = as_gpx(EVENING_JOG, "Abendlauf", kind=None)
    files[JOG_BY_PHONE.name] = as_gpx(JOG_BY_PHONE, "Berlin Running", kind="running")
    files[MORNING_JOG.name] = as_gpx(MORNING_JOG, "Morning Run", kind="running")
    files["Morning_Run (1).gpx"] = files[MORNING_JOG.name]
    files["strong.csv"] = strong_csv(STRONG_UP_TO_4_OCTOBER)
    files["strong (1).csv"] = strong_csv(STRONG_UP_TO_18_OCTOBER)
    files["workout_data.csv"] = hevy_csv(HEVY)
    files["pain.csv"] = PAIN.encode()
    return files


def write(folder: Path) -> list[Path]:
    """Write the whole folder, and return the files in it."""
    files = {f"inbox/{name}": content for name, content in inbox().items()}
    files |= {"expected.json": expected_json(), "README.md": readme()}
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _damaged() -> bytes:
    """Return a FIT header that promises 18 342 bytes, and 26 that mean nothing."""
    header = struct.pack("<BBHI4s", 14, PROTOCOL, PROFILE, 18342, b".FIT")
    garbage = bytes.fromhex("05f3a91c7e0042d8b66f1390e5c4072b9d58fa31e6870c4dbb21")
    return header + struct.pack("<H", crc16(header)) + garbage


if __name__ == "__main__":
    project = Path(__file__).resolve().parents[1]
    for path in write(Path(sys.argv[1]) if sys.argv[1:] else project / "sample_data"):
        print(f"{path.stat().st_size:8} {path}")

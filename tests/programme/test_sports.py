import pytest

from pipeline.programme import sports

# The kind of file, the sport, the sub-sport, the title, the speed while moving.
Recording = tuple[str, str | None, str | None, str | None, float | None]


@pytest.mark.parametrize(
    ("recording", "kind"),
    [
        (("fit", "running", None, None, None), "jog"),
        (("fit", "running", "treadmill", None, None), "jog"),
        (("fit", "running", "trail", "Bike", None), "jog"),
        (("fit", "walking", None, "Morning Run", 2.5), "other"),
        (("fit", "hiking", None, None, 2.5), "other"),
        (("fit", "cycling", None, None, 2.5), "other"),
        (("fit", "53", None, None, 2.5), "other"),
        (("fit", "fitness_equipment", "strength_training", None, None), "strength"),
        (("fit", "training", "strength_training", None, None), "strength"),
        (("fit", "generic", None, "Run", None), "jog"),
        (("fit", None, None, None, 2.5), "unstated"),
        (("gpx", "running", None, None, None), "jog"),
        (("gpx", "Running", None, None, None), "jog"),
        (("gpx", "trail_running", None, None, None), "jog"),
        (("gpx", "9", None, None, None), "jog"),
        (("gpx", "1", None, None, 2.5), "other"),
        (("gpx", None, None, "Morgenlauf", 1.0), "jog"),
        (("gpx", None, None, "Langlauf", 2.5), "other"),
        (("gpx", None, None, "Evening Ride", 2.5), "other"),
        (("gpx", None, None, "Run to ride", 2.5), "jog"),  # the words say nothing, the speed does
        (("gpx", None, None, "Prune", 1.0), "unstated"),
        (("gpx", None, None, "朝のランニング", 1.0), "jog"),
        (("gpx", None, None, None, None), "unstated"),
        (("gpx", None, None, None, 1.79), "unstated"),
        (("gpx", None, None, None, 1.8), "jog"),
        (("gpx", None, None, None, 4.5), "jog"),
        (("gpx", None, None, None, 4.51), "unstated"),
        (("gpx", "walking", None, "Morning Run", 2.5), "other"),
        (("gpx", "Soccer", None, None, 2.5), "other"),
        (("gpx", "Orientierung", None, None, 2.5), "unstated"),  # stated, though nobody knows it
        (("gpx", "Orientierung", None, "Morgenlauf", None), "jog"),
        (("gpx", "unknown", None, None, 2.5), "jog"),
        (("gpx", "ラン", None, None, None), "jog"),
        (("gpx", None, None, "フランス", 1.0), "unstated"),
        (("tcx", "Biking", None, None, 2.5), "other"),
        (("zip", "Trail Run", None, None, None), "jog"),
        (("zip", "Traditional Strength Training", None, None, None), "strength"),
        (("zip", "Kayaking", None, None, None), "other"),
    ],
)
def test_the_sport_decides_then_the_name_then_the_speed(recording: Recording, kind: str) -> None:
    assert sports.kind_of(*recording) == kind


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Running", True),
        ("Running (Outdoor)", True),
        ("Running (Treadmill)", True),
        ("Jogging", True),
        ("Treadmill", True),
        ("Laufband", True),
        ("Walking", False),
        ("Treadmill Walking", False),
        ("Cycling", False),
        ("Rowing Machine", False),
        ("Shrug (Dumbbell)", False),
        ("Glute Bridge", False),
        ("Lat Pulldown", False),
        ("Trunk Rotation", False),
        ("", False),
    ],
)
def test_running_in_a_log_is_known_by_its_words(label: str, expected: bool) -> None:
    assert sports.is_running(label) is expected

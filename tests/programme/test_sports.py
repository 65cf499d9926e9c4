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
        (("fit", "training", "cardio_training", None, None), "other"),
        (("fit", "fitness_equipment", "treadmill", None, None), "other"),
        (("fit", "running", "strength_training", None, None), "jog"),
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
        (("gpx", "TreadmillRun", None, None, None), "jog"),
        (("gpx", "HKWorkoutActivityTypeRunning", None, None, None), "jog"),
        (("gpx", "IntervalWorkout", None, "Morning Run", None), "jog"),
        (("gpx", "IntervalWorkout", None, None, 2.5), "unstated"),
        (("gpx", "MapMyRun", None, "Walk with the dog", 2.5), "other"),
        (("gpx", "MapMyRun", None, None, 2.5), "unstated"),
        (("gpx", "HorseRun", None, None, 4.0), "unstated"),
        (("gpx", "RunWalk", None, None, 2.5), "unstated"),
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


@pytest.mark.parametrize("sport", [None, *sports.SAYS_NOTHING])
def test_a_sport_that_says_nothing_leaves_it_to_the_name_and_the_speed(sport: str | None) -> None:
    assert sports.kind_of("gpx", sport, None, "Morgenlauf", None) == "jog"
    assert sports.kind_of("gpx", sport, None, None, 2.5) == "jog"
    assert sports.kind_of("gpx", sport, None, None, 1.0) == "unstated"


RUNS = """
    Running|Running (Outdoor)|Running (Treadmill)|Running, Treadmill|Run - Treadmill|Run Indoor
    Jogging|Jogging, Treadmill|Treadmill|Treadmill Cardio|Zone 2 Running|Easy run 30 min|5k
    Trail Run|Laufband|Laufen|Laufen an Laufband|Lockerer Lauf|Joggen|Course à pied
    Tapis de course|Correr en cinta|Cinta de correr
    Carrera en Zona 2|Corrida na esteira|Corsa|Бег на тренажере|Беговая дорожка|Bieganie|Hardlopen
    ランニング|ランニングマシン|跑步|跑步机|ラン
"""
NO_RUNS = """
    Runner's Lunge to Balance|Runner's Stretch|Running Plank|Running in place|High Knee Run
    Chest Push with Run Release|Floating Run on Chair|Suspension Hamstring Runner|Jog and Drop
    March or jog in place|Quick Feet Run|Band Assisted Sprinter Run|Corsa sul posto
    Marcha o trote en el lugar|Stilstaand joggen|Treadmill sled push|Running man
"""
NEVER_RUNS = """
    Walking|Treadmill Walking|Cycling|Rowing Machine|Shrug (Dumbbell)|Glute Bridge|Lat Pulldown
    Trunk Rotation
"""


def lines(text: str) -> list[str]:
    return [name.strip() for line in text.strip().splitlines() for name in line.split("|")]


@pytest.mark.parametrize("label", lines(RUNS))
def test_a_run_in_a_log_is_known_by_its_words(label: str) -> None:
    assert sports.is_running(label, has_distance=False)
    assert sports.is_running(label, has_distance=True)


@pytest.mark.parametrize("label", lines(NO_RUNS))
def test_an_exercise_with_a_run_in_its_name_is_a_run_only_with_a_distance(label: str) -> None:
    assert not sports.is_running(label, has_distance=False)


@pytest.mark.parametrize("label", ["", *lines(NEVER_RUNS)])
def test_what_is_no_running_is_none_with_a_distance_either(label: str) -> None:
    assert not sports.is_running(label, has_distance=True)


def test_a_run_under_a_name_of_ones_own_counts_with_its_distance() -> None:
    assert sports.is_running("Run with Bob", has_distance=True)

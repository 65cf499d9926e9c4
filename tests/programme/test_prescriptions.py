import datetime as dt

import pytest

from pipeline.errors import SettingsError
from pipeline.programme import prescriptions
from pipeline.settings import ExerciseEntry, Person, ProgrammeEntry, Settings

ME = Person("me", "Alex", "Europe/Berlin")
MONDAY = dt.date(2026, 11, 9)
PLANK = ExerciseEntry("plank", "Planks", ("Plank",))


def test_the_usual_programme_is_four_exercises_and_5_km() -> None:
    rules = prescriptions.rules_on(Settings((ME,)), ME, MONDAY)

    assert rules.limit_m == 5000.0
    assert [
        (each.id, each.sessions_per_week, each.sets_per_session) for each in rules.exercises
    ] == [
        ("lat_pulldown", 1, 1),
        ("glute_bridge", 1, 1),
        ("shrug", 1, 1),
        ("jog", 1, 1),
    ]


@pytest.mark.parametrize(
    ("day", "limit_m"),
    [
        (dt.date(2026, 8, 31), 5000.0),
        (dt.date(2026, 9, 6), 5000.0),
        (dt.date(2026, 9, 7), 4000.0),
        (dt.date(2026, 11, 2), 4000.0),
        (dt.date(2026, 11, 9), 3000.0),
    ],
)
def test_the_newest_programme_that_has_begun_applies(day: dt.date, limit_m: float) -> None:
    entries = (
        ProgrammeEntry(dt.date(2026, 9, 7), limit_m=4000.0),
        ProgrammeEntry(dt.date(2026, 11, 9), limit_m=3000.0),
    )

    rules = prescriptions.rules_on(Settings((ME,), programmes=entries), ME, day)

    assert rules.limit_m == limit_m


def test_a_programme_without_exercises_asks_for_the_usual_ones() -> None:
    entries = (ProgrammeEntry(limit_m=4000.0),)

    rules = prescriptions.rules_on(Settings((ME,), programmes=entries), ME, MONDAY)

    assert len(rules.exercises) == 4


def test_an_exercise_of_ones_own_brings_its_names() -> None:
    settings = Settings((ME,), programmes=(ProgrammeEntry(exercises=(PLANK,)),))

    assert prescriptions.aliases(settings, ME) == {"Plank": "plank"}


def test_what_a_person_settled_comes_before_the_programmes_names() -> None:
    settings = Settings((ME,), programmes=(ProgrammeEntry(exercises=(PLANK,)),))
    other = Person("me", "Alex", "Europe/Berlin", names={"Plank": "none"})

    assert prescriptions.aliases(settings, other) == {"Plank": "none"}


def test_a_name_for_an_exercise_of_no_programme_is_refused_with_those_there_are() -> None:
    other = Person("me", "Alex", "Europe/Berlin", names={"Pull thing": "lat_puldown"})

    with pytest.raises(SettingsError, match=r'names\."Pull thing" = "lat_puldown".*lat_pulldown'):
        prescriptions.check(Settings((other,)))


def test_an_unknown_exercise_needs_a_name() -> None:
    settings = Settings((ME,), programmes=(ProgrammeEntry(exercises=(ExerciseEntry("plank"),)),))

    with pytest.raises(SettingsError, match='"plank" is not known; give it a name'):
        prescriptions.check(settings)


def with_names(first: str, second: str) -> Settings:
    exercises = (
        ExerciseEntry("plank", "Planks", (first,)),
        ExerciseEntry("hold", "Holds", (second,)),
    )
    return Settings((ME,), programmes=(ProgrammeEntry(exercises=exercises),))


@pytest.mark.parametrize("name", ["Side Plank", "side-plank"])
def test_a_name_of_two_exercises_is_refused_in_any_spelling(name: str) -> None:
    with pytest.raises(SettingsError, match=f'"{name}" of the exercise "hold" .* of "plank" too'):
        prescriptions.check(with_names("Side Plank", name))


def test_names_without_words_are_no_spellings_of_each_other() -> None:
    prescriptions.check(with_names("(male)", "(female)"))


def test_a_programme_of_ones_own_applies_from_its_day_on_and_the_common_one_before() -> None:
    common = (ProgrammeEntry(limit_m=4000.0), ProgrammeEntry(dt.date(2026, 11, 9), limit_m=2000.0))
    own = (ProgrammeEntry(dt.date(2026, 10, 5), limit_m=3000.0, exercises=(PLANK,)),)
    ann = Person("ann", "Ann", "Europe/Berlin", programmes=own)
    settings = Settings((ann, ME), programmes=common)

    def limits(person: Person) -> list[float]:
        days = (dt.date(2026, 9, 28), dt.date(2026, 10, 5), MONDAY)
        return [prescriptions.rules_on(settings, person, day).limit_m for day in days]

    assert limits(ann) == [4000.0, 3000.0, 3000.0]
    assert limits(ME) == [4000.0, 4000.0, 2000.0]
    assert [each.id for each in prescriptions.rules_on(settings, ann, MONDAY).exercises] == [
        "plank"
    ]


def test_the_names_of_a_programme_of_ones_own_are_nobody_elses() -> None:
    ann = Person("ann", "Ann", "UTC", programmes=(ProgrammeEntry(exercises=(PLANK,)),))
    settings = Settings((ann, ME))

    assert prescriptions.aliases(settings, ann) == {"Plank": "plank"}
    assert prescriptions.aliases(settings, ME) == {}


def test_a_name_of_an_exercise_of_a_common_programme_is_refused_in_ones_own() -> None:
    common = (ProgrammeEntry(exercises=(PLANK,)),)
    own = ExerciseEntry("hold", "Holds", ("plank",))
    ann = Person("ann", "Ann", "UTC", programmes=(ProgrammeEntry(exercises=(own,)),))

    with pytest.raises(SettingsError, match='of "plank" too'):
        prescriptions.check(Settings((ann,), programmes=common))


def test_a_common_name_may_stand_for_an_exercise_that_only_one_person_has() -> None:
    names = {"Brett": "plank"}
    ann = Person("ann", "Ann", "UTC", (), names, programmes=(ProgrammeEntry(exercises=(PLANK,)),))

    prescriptions.check(Settings((ann, Person("me", "Alex", "UTC", (), names))))

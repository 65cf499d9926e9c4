import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.report import Options, content
from pipeline.week import Coverage, Prescription, Rules, Status, Week

from .weeks import (
    FOUR,
    MON,
    MONDAY,
    SAT,
    SUN,
    THU,
    TUE,
    WED,
    all_three,
    both,
    jog,
    judgement,
    lift,
    no_shrugs,
    on_plan,
    unknown,
    week,
)

NEXT = dt.date(2026, 11, 20)
NEXT_MONDAY = dt.date(2026, 11, 16)
OPEN: dict[str, Any] = {"monday": NEXT_MONDAY, "today": NEXT}


def status(found: Week) -> dict[str, Any]:
    told: dict[str, Any] = content(found, [], options=Options())["status"]
    return {
        key: value.replace("\u00a0", " ") if isinstance(value, str) else value
        for key, value in told.items()
    }


TABLE = [
    (
        lambda: week(all_three(), (jog(3840.0),), status=Status.PAUSED, pause="holiday"),
        ("paused", "Planned pause", "idle", "pause"),
        "A planned pause, nothing was due.",
        "From the settings: “holiday”.",
    ),
    (
        on_plan,
        ("on_plan", "On plan", "good", "check"),
        "All four done, every jog under 5 km.",
        "Longest jog: 4.31 km.",
    ),
    (
        both,
        ("incomplete_over_limit", "Not complete, over 5 km", "over", "triangle"),
        "3 of 4 done, and one jog went past 5 km.",
        "Shoulder shrugs were not recorded. Saturday 14 November’s jog was 5.62 km.",
    ),
    (
        lambda: week(all_three(), (jog(5620.4, SAT),)),
        ("over_limit", "Over 5 km", "over", "triangle"),
        "All four done, but one jog went past 5 km.",
        "Saturday 14 November’s jog was 5.62 km.",
    ),
    (
        week,
        ("no_data", "Nothing recorded", "idle", "info"),
        "No sessions arrived for this week.",
        (
            "If you did train, the export may still be on its way. "
            "This page updates by itself when late files arrive."
        ),
    ),
    (
        lambda: week(no_shrugs(), (jog(3840.0),)),
        ("incomplete", "Not complete", "miss", "dashed"),
        "3 of 4 done.",
        "Shoulder shrugs were not recorded. Every jog stayed under 5 km.",
    ),
    (
        lambda: week(all_three(), (jog(None, SUN),)),
        ("undecided", "Cannot tell yet", "idle", "question"),
        "All four done, but one jog has no distance.",
        "The 5 km check for Sunday 15 November is open until a file with a distance arrives.",
    ),
    (
        lambda: week(
            (lift("lat_pulldown", MON, NEXT_MONDAY),), (jog(5620.0, TUE, NEXT_MONDAY),), **OPEN
        ),
        ("open_over_limit", "In progress, over 5 km", "over", "triangle"),
        "2 of 4 done so far, and one jog went past 5 km.",
        "Tuesday 17 November’s jog was 5.62 km. The rest of the week still counts.",
    ),
    (
        lambda: week(all_three(NEXT_MONDAY), (jog(3840.0, TUE, NEXT_MONDAY),), **OPEN),
        ("open_on_plan", "In progress, on plan", "good", "check"),
        "All four done already, every jog under 5 km.",
        "Any further jog until Sunday 22 November stays on plan below 5 km.",
    ),
    (
        lambda: week(**OPEN),
        ("open_empty", "In progress", "idle", "clock"),
        "Nothing recorded so far.",
        (
            "Still to do by Sunday 22 November: "
            "lat pulldowns, glute bridges, shoulder shrugs and jogging."
        ),
    ),
    (
        lambda: week(no_shrugs(NEXT_MONDAY), (jog(3840.0, TUE, NEXT_MONDAY),), **OPEN),
        ("open", "In progress", "idle", "clock"),
        "3 of 4 done so far.",
        "Still to do by Sunday 22 November: shoulder shrugs.",
    ),
]


@pytest.mark.parametrize(
    ("make", "look", "headline", "detail"), TABLE, ids=[row[1][0] for row in TABLE]
)
def test_each_status_has_its_own_words(
    make: Callable[[], Week], look: tuple[str, ...], headline: str, detail: str
) -> None:
    told = status(make())

    assert tuple(told[key] for key in ("code", "pill", "tone", "icon")) == look
    assert told["headline"] == headline
    assert told["detail"] == detail


def test_every_status_is_in_the_table() -> None:
    assert {row[1][0] for row in TABLE} == {code.value for code in Status}


@pytest.mark.parametrize(
    ("metres", "headline", "figure"),
    [
        (5000.0, "All four done, but one jog reached 5 km.", "5.00 km"),
        (5000.9, "All four done, but one jog reached 5 km.", "5.000 km"),
        (5003.0, "All four done, but one jog went past 5 km.", "5.003 km"),
    ],
)
def test_a_jog_that_prints_as_the_limit_reached_it(
    metres: float, headline: str, figure: str
) -> None:
    told = status(week(all_three(), (jog(metres, SAT),)))

    assert told["headline"] == headline
    assert told["detail"] == f"Saturday 14 November’s jog was {figure}."


def test_several_jogs_over_name_the_two_longest() -> None:
    jogs = [jog(metres, day) for day, metres in enumerate((5100.0, 6200.0, 5400.0, 5300.0))]

    told = status(week(all_three(), jogs))

    assert told["headline"] == "All four done, but four jogs were 5 km or longer."
    assert told["detail"] == (
        "Jogs of 5 km or more: Tuesday 10 November (6.20 km), "
        "Wednesday 11 November (5.40 km) and 2 more."
    )


def test_a_known_jog_over_beats_an_unknown_one() -> None:
    told = status(week(all_three(), (jog(5620.0, SAT), jog(None, SUN))))

    assert told["code"] == "over_limit"
    assert told["detail"] == ("Saturday 14 November’s jog was 5.62 km. One jog has no distance.")


def test_with_an_unknown_jog_nobody_says_every_jog_stayed_under() -> None:
    told = status(week(no_shrugs(), (jog(3840.0), jog(None, SUN))))

    assert told["detail"] == "Shoulder shrugs were not recorded. One jog has no distance."


def test_a_cut_off_jog_has_no_whole_distance() -> None:
    cut = jog(3210.0, SUN, at_least=True, under_limit=None)

    told = status(week(all_three(), (cut,)))

    assert told["headline"] == "All four done, but one jog has no whole distance."


def test_a_cut_off_jog_can_prove_over() -> None:
    told = status(week(all_three(), (jog(5620.4, SAT, at_least=True),)))

    assert told["detail"] == "Saturday 14 November’s jog was at least 5.62 km."


def test_without_a_jog_nothing_is_said_about_jogs() -> None:
    told = status(week(no_shrugs()))

    assert told["headline"] == "2 of 4 done."
    assert told["detail"] == "Shoulder shrugs and jogging were not recorded."


def test_a_single_word_exercise_was_and_others_were() -> None:
    assert status(week(all_three()))["detail"] == "Jogging was not recorded."


def test_several_sessions_a_week_are_counted() -> None:
    twice = Prescription("shrug", "Shoulder shrugs", sessions_per_week=2)
    rules = Rules(1, 5000.0, (*FOUR[:2], twice, FOUR[3]))

    told = status(week(all_three(), (jog(3840.0),), rules=rules))

    assert told["detail"] == (
        "Shoulder shrugs: 1 of 2 sessions recorded. Every jog stayed under 5 km."
    )


def test_other_sessions_are_told_apart_from_none() -> None:
    walk = lift(None, WED, label="walking", sets=(), why_not="other_sport")

    told = status(week((walk,)))

    assert (told["code"], told["headline"]) == ("incomplete", "0 of 4 done.")
    assert told["detail"] == "Other sessions arrived, none of them one of the four."


def test_no_files_is_not_not_recorded() -> None:
    coverage = Coverage(MONDAY, dt.date(2026, 11, 5), 9, 2)
    because = {"shrug": "no_files"}

    told = status(week(no_shrugs(), (jog(3840.0),), because=because, coverage=coverage))

    assert told["code"] == "incomplete"
    assert told["detail"] == (
        "No strength file since Thursday 5 November, so shoulder shrugs could not be seen. "
        "Every jog stayed under 5 km."
    )


def test_no_activity_file_ever_is_said() -> None:
    coverage = Coverage(None, MONDAY, 9, 2)

    told = status(week(all_three(), because={"jog": "no_files"}, coverage=coverage))

    assert told["detail"] == "No activity file so far, so jogging could not be seen."


def test_an_open_week_with_all_done_and_one_unknown() -> None:
    jogs = (jog(None, TUE, NEXT_MONDAY),)

    told = status(week(all_three(NEXT_MONDAY), jogs, **OPEN))

    assert told["headline"] == "4 of 4 done so far, but one jog has no distance."
    assert told["detail"] == (
        "The 5 km check for Tuesday 17 November is open until a file with a distance arrives."
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            [unknown(candidates=("shrug",))],
            "One entry is not recognised. If it was shoulder shrugs, this week is on plan.",
        ),
        (
            [unknown(candidates=("shrug",)), unknown("Other", MON, ("shrug",))],
            (
                "Two entries are not recognised. "
                "If one of them was shoulder shrugs, this week is on plan."
            ),
        ),
        ([unknown(candidates=("lat_pulldown",))], None),
        ([unknown(candidates=())], None),
    ],
)
def test_a_name_that_could_fill_a_gap_could_change_the_week(
    names: list[Any], expected: str | None
) -> None:
    found = week(no_shrugs(), (jog(3840.0),), unknown_names=tuple(names))

    assert status(found)["could_change"] == expected


def test_a_name_that_leaves_another_gap_says_how_far_it_gets() -> None:
    found = week(no_shrugs(), unknown_names=(unknown(candidates=("shrug",)),))

    assert status(found)["could_change"] == (
        "One entry is not recognised. If it was shoulder shrugs, 3 of 4 are done."
    )


def test_five_exercises_and_another_limit_build_the_same_sentences() -> None:
    rules = Rules(2, 4500.0, (*FOUR, Prescription("bird_dog", "Bird dogs")))
    lifts = (*all_three(), lift("bird_dog", THU))

    told = status(week(lifts, (jog(4200.0),), rules=rules))

    assert told["headline"] == "All five done, every jog under 4.5 km."


def test_a_week_never_revised_is_revision_one() -> None:
    history = (judgement(Status.ON_PLAN, 4, NEXT_MONDAY),)

    found = content(on_plan(history=history), [], options=Options())["revision"]

    assert (found["n"], found["changed_on"], found["previous"]) == (1, None, None)
    assert content(on_plan(), [], options=Options())["revision"]["n"] == 1


def test_a_late_file_makes_a_second_revision_and_a_banner() -> None:
    late = dt.date(2026, 11, 18)
    history = (
        judgement(Status.INCOMPLETE, 3, NEXT_MONDAY),
        judgement(Status.ON_PLAN, 4, late, "shrugs_late.csv"),
    )

    value = content(on_plan(history=history), [], options=Options())

    assert value["revision"]["n"] == 2
    assert value["revision"]["changed_on"] == "2026-11-18"
    assert value["revision"]["previous"]["headline"] == "3 of 4 done."
    assert value["revision"]["cause_files"][0]["original_name"] == "shrugs_late.csv"
    assert value["notes"][0]["text"] == (
        "Updated 18 November 2026. A late file, shrugs_late.csv, changed this result. "
        "Before: “3 of 4 done. Jogging was not recorded.”"
    )

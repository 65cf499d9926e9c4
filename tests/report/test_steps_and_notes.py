import datetime as dt
import tomllib
from typing import Any

import pytest

from pipeline.report import Options, content
from pipeline.week import Alternate, Note, Prescription, Rules, Week

from .weeks import (
    FOUR,
    MON,
    MONDAY,
    SAT,
    SUN,
    TUE,
    WED,
    all_three,
    both,
    jog,
    lift,
    no_shrugs,
    note,
    on_plan,
    source,
    unknown,
    week,
)


def told(found: Week, part: str, options: Options | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = content(found, [], options=options or Options())[part]
    return rows


def steps(found: Week) -> list[str]:
    rows = told(found, "next_steps")
    return [f"{row['title']} {row['text']}".replace("\u00a0", " ") for row in rows]


def notes(found: Week, options: Options | None = None) -> list[str]:
    rows = told(found, "notes", options)
    return [f"{row['title']} {row['text']}".replace("\u00a0", " ") for row in rows]


def test_only_a_week_on_plan_has_nothing_to_do() -> None:
    assert steps(on_plan()) == ["Nothing to do. This week is complete. Same again next week."]
    assert told(on_plan(), "next_steps")[0]["kind"] == "nothing"


def test_steps_come_in_programme_order_then_limit_and_names() -> None:
    assert steps(both()) == [
        "Shoulder shrugs. Plan one session early next week; one is enough.",
        (
            "Jogging. Next week, keep each jog under 5 km. "
            "An out-and-back that turns at 2.4 km comes to about 4.8 km."
        ),
        (
            "One name to clear up. “Pull thing <b>lat?</b>” is not recognised. "
            'To settle it: `"Pull thing <b>lat?</b>" = "lat_pulldown"`'
        ),
    ]


@pytest.mark.parametrize(
    ("today", "by"),
    [(11, "by Sunday 15 November"), (14, "by tomorrow, Sunday,"), (15, "today")],
)
def test_an_open_week_says_by_when(today: int, by: str) -> None:
    found = week(no_shrugs(), (jog(3840.0),), today=dt.date(2026, 11, today))

    assert steps(found) == [f"Shoulder shrugs. One session {by} is enough."]


def test_missing_strength_exercises_share_one_line() -> None:
    lifts = [each for each in all_three() if each.exercise == "glute_bridge"]

    assert steps(week(lifts)) == [
        "Lat pulldowns and shoulder shrugs. Plan them early next week; one session each is enough.",
        "Jogging. One jog under 5 km early next week is enough.",
    ]


def test_several_sessions_are_never_advised_on_one_day() -> None:
    thrice = Prescription("shrug", "Shoulder shrugs", sessions_per_week=3)
    rules = Rules(1, 5000.0, (*FOUR[:2], thrice, FOUR[3]))

    assert steps(week(all_three(), (jog(3840.0),), rules=rules)) == [
        "Shoulder shrugs. Plan two sessions next week, on different days."
    ]


def test_a_week_without_data_only_asks_for_files() -> None:
    assert steps(week()) == [
        (
            "Check the folder. Export the week from your watch and your strength app, "
            "and drop the files in the inbox."
        )
    ]


def test_a_missing_kind_of_file_is_asked_for_instead_of_a_session() -> None:
    found = week(no_shrugs(), (jog(3840.0),), because={"shrug": "no_files"})

    assert steps(found) == [
        "Check the folder. Export the week from your strength app, and drop the file in the inbox."
    ]


def test_an_unknown_distance_asks_for_the_jog_again() -> None:
    assert steps(week(all_three(), (jog(None, SUN),))) == [
        (
            "Missing distance. Export Sunday 15 November’s jog again as GPX or FIT "
            "and drop it in the folder."
        )
    ]


def test_there_are_at_most_four_steps() -> None:
    names = tuple(unknown(f"Thing {number}", MON) for number in range(5))
    far = (jog(5620.0, SAT), jog(None, SUN))

    found = steps(week(no_shrugs(), far, unknown_names=names))

    assert len(found) == 4
    assert found[-1].startswith(
        "Five names to clear up. “Thing 0”, “Thing 1”, “Thing 2” and 2 more"
    )


@pytest.mark.parametrize("label", ['5" pull \\ thing', "line\nbreak", "\u202eback", "ü ✓", "`a``b"])
def test_the_line_that_settles_a_name_is_toml(label: str) -> None:
    found = week(no_shrugs(), (jog(3840.0),), unknown_names=(unknown(label),))

    text = told(found, "next_steps")[-1]["text"]

    line = text.partition("To settle it: ")[2].removeprefix("`").removesuffix("`")
    assert tomllib.loads(line) == {label: "lat_pulldown"}


def test_a_name_without_a_candidate_leaves_a_gap_to_fill() -> None:
    found = week(all_three(), (jog(3840.0),), unknown_names=(unknown(candidates=()),))

    assert '`"Pull thing" = "…"`' in notes(found)[0]


NOTES = [
    (
        note("duplicate", TUE, "b.gpx", what="jog", kept="a.gpx", metres=3840.0),
        (
            "One duplicate ignored. b.gpx is the same jog as a.gpx (same start, 3.84 km). "
            "It was counted once."
        ),
    ),
    (
        note("duplicate", TUE, "b.csv", what="session", kept="a.csv", metres=None),
        "One duplicate ignored. b.csv is the same session as a.csv. It was counted once.",
    ),
    (
        note("suspect_duplicate", TUE, "b.gpx", other="a.gpx", hours=1),
        (
            "Perhaps the same session twice. b.gpx and a.gpx are alike, 1 hour apart. "
            "Both are counted. If b.gpx is a copy: `backfour settle 004df652 copy`; "
            "if they are two jogs: `backfour settle 004df652 jog`."
        ),
    ),
    (
        note(
            "refused",
            None,
            "broken.fit",
            name="broken.fit",
            code="E_CRC",
            fault="The checksum is wrong.",
            remedy="Copy it again from the device.",
            salvage="",
        ),
        (
            "One file could not be read. broken.fit: The checksum is wrong. "
            "Copy it again from the device. The original is kept. Code E_CRC."
        ),
    ),
    (
        note("truncated", TUE, "cut.fit", metres=3210.0),
        (
            "One file was cut off. cut.fit ends too early. What was in it is used; "
            "a distance from it is a lower bound: at least 3.21 km."
        ),
    ),
    (
        note("truncated", TUE, "cut.fit", metres=None, damage="checksum"),
        "One file is damaged. cut.fit does not match its checksum. What could be read is used.",
    ),
    (
        note("clock", None, None, name="old.fit"),
        (
            "One recording has no date. The device did not know the date when it made old.fit. "
            "It is kept, and belongs to no week."
        ),
    ),
    (
        note("zone_assumed", None, None, zone="Europe/Berlin", count=3),
        "Time zone assumed. 3 sessions do not tell their time zone. Europe/Berlin was used.",
    ),
    (
        note(
            "distance_disagrees",
            TUE,
            "a.fit",
            metres=4990.0,
            other_metres=5020.0,
            other_source="track",
        ),
        (
            "Two distances disagree. Tuesday 10 November’s jog was 4.99 km; "
            "track adds up to 5.02 km. The first one decides."
        ),
    ),
    (
        note("back_to_back", TUE, None, first_m=4000.0, second_m=2000.0, minutes=6, count=3),
        (
            "Three jogs close together. 3 jogs in a row, the last 6 min after the one before, make "
            "6.00 km together. They are 3 jogs, each held against the line on its own."
        ),
    ),
    (
        note("back_to_back", TUE, None, first_m=3100.0, second_m=2400.0, minutes=6, count=2),
        (
            "Two jogs close together. 3.10 km and 2.40 km, 6 min apart, make 5.50 km together. "
            "They are two jogs, each held against the line on its own."
        ),
    ),
    (
        note("superseded", None, "old.csv"),
        (
            "One older export replaced. old.csv is contained in a newer export. "
            "Its sets are read there."
        ),
    ),
]


@pytest.mark.parametrize(("given", "expected"), NOTES, ids=lambda each: getattr(each, "kind", ""))
def test_each_note_is_a_sentence(given: Note, expected: str) -> None:
    assert notes(on_plan(notes=(given,))) == [expected]


def test_what_is_not_counted_is_listed_last_and_noted() -> None:
    walk = lift(None, WED, label="walking", sets=(), metres=3200.0, why_not="other_sport")
    found = on_plan()
    found = week((*all_three(), walk), found.jogs)

    assert told(found, "sessions")[-1]["summary"].replace("\u00a0", " ") == (
        "3.20 km. Not judged: another sport."
    )
    assert notes(found) == [
        "One session not counted. Wed 11 Nov: another sport. It is listed, never judged."
    ]


@pytest.mark.parametrize(
    "reason",
    [
        *("other_sport", "short", "type_not_stated", "strength_not_stated", "not_working"),
        *("other_exercises", "too_few_sets", "not_asked"),
    ],
)
@pytest.mark.parametrize("count", [1, 2])
def test_every_reason_not_to_count_a_session_has_its_sentence(reason: str, count: int) -> None:
    listed = [lift(None, day, label="walking", sets=(), why_not=reason) for day in range(count)]

    (said,) = notes(week((*all_three(), *listed), on_plan().jogs))

    assert ("One session" if count == 1 else "Two sessions") in said
    assert "Mon 9" in said


def test_close_to_the_line_shows_the_other_figure() -> None:
    near = jog(4996.0, alternates=(Alternate("track", 4960.0, "a" * 64),))
    found = week(all_three(), (near,))

    assert told(found, "jogs")[0]["reason"].replace("\u00a0", " ") == (
        "4 m below the line. Close to the line."
    )
    assert notes(found) == [
        (
            "Close to the line. Tuesday 10 November’s jog was 4.996 km; track adds up to 4.96 km. "
            "The first, exact figure decides, before rounding."
        )
    ]


def test_a_cut_off_jog_cannot_tell_and_says_why() -> None:
    cut = jog(3210.0, SUN, at_least=True, under_limit=None)
    row = told(week(all_three(), (cut,)), "jogs")[0]

    assert (row["under_limit"], row["margin_m"]) == (None, None)
    assert row["distance_text"].replace("\u00a0", " ") == "at least 3.21 km"
    assert row["reason"].replace("\u00a0", " ") == "The file was cut off: at least 3.21 km."


def test_exactly_the_limit_is_not_under_it() -> None:
    row = told(week(all_three(), (jog(5000.0),)), "jogs")[0]

    assert row["reason"].replace("\u00a0", " ").startswith("Exactly 5 km is not under 5 km.")


def test_hashed_names_leave_no_name_in_any_sentence() -> None:
    options = Options(file_names="hash")

    value = str(content(both(), [], options=options))

    assert "Morning_Run" not in value
    assert "export (1)" not in value
    assert f"GPX file {source('Morning_Run_2026-11-10.gpx').sha256[:8]}" in value


def test_links_can_be_left_out() -> None:
    value = content(both(), [], options=Options(link_originals=False))

    assert {row["source"]["path"] for row in value["sessions"]} == {None}


def test_summaries_are_short_and_keep_the_unit_of_the_file() -> None:
    sessions = told(on_plan(monday=MONDAY), "sessions")

    assert [row["summary"].replace("\u00a0", " ") for row in sessions] == [
        "3 sets × 12 · 25 kg",
        "3 sets × 15",
        "3.84 km, 27:14",
        "3 sets × 12 · 27.5 kg",
        "3 sets × 15",
        "3 sets × 12 · 10 kg",
        "4.31 km, 31:20",
    ]

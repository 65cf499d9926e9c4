import csv
import dataclasses
import datetime as dt
import io
import json
import time
from typing import Any

import pytest

from pipeline.report import clinic
from pipeline.week import Coverage, Pain, PainTrigger, Status, Week

from .weeks import (
    MONDAY,
    TUE,
    all_three,
    history,
    jog,
    no_shrugs,
    note,
    on_plan,
    unknown,
    week,
)

CARE = Pain((None,) * 7, (None,) * 7, PainTrigger("single", 9, day=MONDAY))
LAST = dt.date(2026, 11, 15)


def at(weeks_back: int, kind: str) -> Week:
    monday = MONDAY - dt.timedelta(weeks=weeks_back)
    if kind == "over":
        return week(all_three(monday), (jog(5300.0, TUE, monday),), monday=monday)
    if kind == "short":
        return week(no_shrugs(monday), (jog(3000.0, TUE, monday),), monday=monday)
    if kind == "none":
        return week(monday=monday)
    return on_plan(monday)


def entry(*weeks: Week, label: str = "Alex", shares_pain: bool = True) -> dict[str, Any]:
    return clinic.entry(weeks, label, shares_pain=shares_pain)


def reason(*weeks: Week, shares_pain: bool = True) -> tuple[int, str]:
    found = entry(*weeks, shares_pain=shares_pain)["reason"]
    return found["rank"], found["text"].replace("\u00a0", " ")


def silent(found: Week, until: dt.date | None) -> Week:
    return dataclasses.replace(found, coverage=Coverage(until, until, 0, 0))


def page(*entries: dict[str, Any]) -> str:
    return dict(clinic.files(entries))["clinic.html"].decode()


def test_the_first_reason_that_holds_is_said() -> None:
    pained = dataclasses.replace(at(0, "over"), pain=CARE)
    assert reason(at(1, "plan"), pained) == (1, "The page asked to see somebody in week 46")
    assert reason(dataclasses.replace(at(1, "plan"), pain=CARE), at(0, "plan"))[0] == 1
    assert reason(silent(at(0, "none"), LAST - dt.timedelta(days=16))) == (
        2,
        "No session for 16 days",
    )
    assert reason(at(1, "over"), at(0, "plan")) == (3, "A jog of 5 km or more in week 45")
    assert reason(at(2, "short"), at(1, "short"), at(0, "plan")) == (
        4,
        "Not complete in 2 of the last 3 weeks",
    )
    assert reason(on_plan(unknown_names=(unknown(),))) == (5, "One thing to clear up")
    assert reason(at(0, "plan")) == (9, "–")


@pytest.mark.parametrize(
    ("found", "rank"),
    [
        ((silent(at(0, "none"), LAST - dt.timedelta(days=13)),), 9),
        ((silent(at(0, "none"), LAST - dt.timedelta(days=14)),), 2),
        ((silent(at(0, "none"), None),), 2),
        ((at(2, "over"), at(1, "plan"), at(0, "plan")), 9),
        ((at(3, "short"), at(2, "short"), at(1, "plan"), at(0, "plan")), 9),
        ((at(2, "none"), at(1, "none"), at(0, "plan")), 9),  # a week without files is no miss
        ((on_plan(notes=(note("refused", None, "a.fit"),)),), 5),
        ((week(all_three(), (jog(None),)),), 5),
    ],
)
def test_each_reason_ends_where_it_ends(found: tuple[Week, ...], rank: int) -> None:
    assert reason(*found)[0] == rank


def test_a_pause_is_no_silence() -> None:
    paused = dataclasses.replace(
        silent(at(0, "none"), LAST - dt.timedelta(days=30)), status=Status.PAUSED, pause="holiday"
    )

    assert reason(paused) == (9, "–")


def test_pain_is_no_reason_for_who_does_not_share_it() -> None:
    pained = dataclasses.replace(at(0, "plan"), pain=CARE)

    assert reason(pained, shares_pain=False) == (9, "–")
    assert "diary" not in json.dumps(entry(pained, shares_pain=False))


def test_people_come_by_reason_then_recency_then_weeks_on_plan_then_label() -> None:
    people = [
        entry(at(0, "plan"), label="Zoe"),
        entry(at(0, "plan"), label="amy"),
        entry(at(1, "short"), at(0, "plan"), label="Bob"),
        entry(at(1, "plan"), at(0, "plan"), label="Cleo"),
        entry(at(1, "over"), at(0, "plan"), label="Dan"),
        entry(at(1, "plan"), at(0, "over"), label="Eve"),
        entry(label="Fay"),
    ]

    labels = [each["person"]["label"] for each in clinic.in_order(people)]

    assert labels == ["Fay", "Eve", "Dan", "amy", "Bob", "Zoe", "Cleo"]


def test_a_line_tells_of_weeks_and_of_nothing_finer() -> None:
    canary = "CANARY"
    found = on_plan(
        notes=(note("clock", None, canary, name=canary),), unknown_names=(unknown(canary),)
    )
    found = dataclasses.replace(
        found, sessions=tuple(dataclasses.replace(each, label=canary) for each in found.sessions)
    )
    weeks = history(found)

    said = entry(*weeks)
    files = {name: content.decode() for name, content in clinic.files([said])}

    body = files["clinic.html"].partition("<body>")[2].replace("clinic.csv", "")
    for private in (canary, "sha256", ".fit", ".csv", "08:12", "originals", "4310", "4.31"):
        assert private not in body + files["clinic.csv"] + json.dumps(said)


def test_a_name_from_outside_is_inert() -> None:
    label = "<script>alert(1)</script>\u202e=1+1"
    found = dict(clinic.files([entry(at(0, "plan"), label=label)]))

    assert b"<script" not in found["clinic.html"]
    assert "⟨U+202E⟩".encode() in found["clinic.html"]
    formula = entry(at(0, "plan"), label="=1+1")
    rows = list(csv.DictReader(io.StringIO(dict(clinic.files([formula]))["clinic.csv"].decode())))
    assert rows[0]["person"] == "'=1+1"


def test_a_page_holds_two_hundred_people_and_the_table_all_of_them() -> None:
    people = [entry(*history(on_plan()), label=f"Person {number:03}") for number in range(401)]

    began = time.process_time()
    found = dict(clinic.files(people))
    spent_s = time.process_time() - began

    assert [*found] == ["clinic.html", "clinic-2.html", "clinic-3.html", "clinic.csv"]
    assert found["clinic.html"].count(b'scope="row"') == 200
    assert len(list(csv.reader(io.StringIO(found["clinic.csv"].decode())))) == 402
    assert b'<a href="clinic-2.html" aria-current="page">2</a>' in found["clinic-2.html"]
    assert spent_s < 3  # 0.5 s a page is the target; benchmarks hold it


def test_shares_are_of_weeks_with_files() -> None:
    found = page(entry(*history(at(0, "short"))))
    rows = entry(*history(at(0, "short")))

    shares = {each["id"]: f"{each['done']}/{each['with_files']}" for each in rows["exercises"]}
    assert shares["lat_pulldown"] != shares["shrug"]
    assert all(share in found for share in shares.values())


def test_nobody_and_somebody_without_a_week_have_a_page() -> None:
    assert "Nobody shares with the clinic yet" in page()
    assert "No file so far" in page(entry(label="New"))

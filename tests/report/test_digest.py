import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import Options, content, render
from pipeline.report.digest import body, digest_text, sentences, title
from pipeline.week import Prescription, Rules, Status, Week

from .cases import GOLDENS, HOSTILE, OPTIONS, hostile_week
from .weeks import FOUR, MONDAY, SAT, TUE, all_three, both, history, jog, no_shrugs, week

Golden = Callable[[str, str], None]
TRIGGER = {"days": [None] * 7, "trigger": {"rule": "single", "text": "It shows 8 on Saturday."}}


def said(found: Week) -> dict[str, Any]:
    return content(found, [], options=OPTIONS)


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_a_digest_is_written_as_in_its_golden(name: str, matches_golden: Golden) -> None:
    found = dict(render(GOLDENS[name](), options=OPTIONS))

    matches_golden(found["digest.txt"].decode(), f"{name}.digest.txt")


def test_the_digest_tells_of_the_week_of_now() -> None:
    opened = week(monday=MONDAY.replace(day=16), today=MONDAY.replace(day=17))

    found = dict(render([*history(both(), 2), opened], options=OPTIONS))

    assert found["digest.txt"].startswith(b"Week 47: In progress\nNothing recorded so far. Still")


LIMITS = st.floats(100, 1_000_000) | st.sampled_from([5000.0, 4500.0, 999_999.99, 100.00001])
METRES = st.none() | st.floats(100, 60_000)


@given(
    limit_m=LIMITS,
    metres=st.lists(METRES, max_size=4),
    lifts=st.sampled_from([(), no_shrugs(), all_three()]),
    names=st.lists(st.text(min_size=1, max_size=60), max_size=8),
    open_day=st.none() | st.integers(9, 15),
)
def test_a_title_has_at_most_32_characters_and_a_body_140(
    limit_m: float,
    metres: list[float | None],
    lifts: Any,  # noqa: ANN401
    names: list[str],
    open_day: int | None,
) -> None:
    asked = tuple(Prescription(f"x{place}", name) for place, name in enumerate(names))
    jogs = tuple(jog(each, under_limit=None if each is None else each < limit_m) for each in metres)
    today = None if open_day is None else MONDAY.replace(day=open_day)
    found = said(week(lifts, jogs, rules=Rules(1, limit_m, (*FOUR, *asked)), today=today))

    first, second = title(found), body(found)

    assert re.match(r"W(eek )?46: \w", first)
    assert len(first) <= 32
    assert len(second) <= 140
    assert second.startswith(str(found["status"]["headline"]).replace("\u00a0", " "))
    assert digest_text(found) == f"{first}\n{second}\n"


@pytest.mark.parametrize(
    ("limit_m", "expected"),
    [
        (5_000.0, "Week 46: Not complete, over 5 km"),
        (4_500.0, "W46: Not complete, over 4.5 km"),
        (12_345.6, "W46: Not complete, over limit"),
    ],
)
def test_a_long_limit_gives_way_and_never_the_result(limit_m: float, expected: str) -> None:
    found = both(rules=Rules(1, limit_m, FOUR), status=Status.INCOMPLETE_OVER_LIMIT)

    assert title(said(found)) == expected


def test_what_does_not_fit_is_left_out_by_whole_sentences() -> None:
    jogs = (jog(5300.0, TUE), jog(None, SAT))

    text = body(said(week((), jogs)))

    assert text.endswith(".")
    assert len(text) > 100
    assert "{" not in text


def test_the_stops_within_a_name_end_no_sentence() -> None:
    assert list(sentences("Dr. No was not recorded. Fine.", ["r. No"])) == [
        "Dr. No was not recorded.",
        "Fine.",
    ]


def test_the_reason_of_a_pause_is_on_the_page_and_not_in_the_digest() -> None:
    found = said(week(status=Status.PAUSED, pause="surgery"))

    assert "surgery" in found["status"]["detail"]
    assert digest_text(found) == "Week 46: Planned pause\nA planned pause, nothing was due.\n"


def test_a_week_with_a_care_card_is_only_said_to_be_ready() -> None:
    found = said(both())

    assert digest_text(found | {"pain": TRIGGER}) == "Your weekly report is ready\n"
    for pain in (None, {"days": [3] * 7, "trigger": None}):
        assert digest_text(found | {"pain": pain}) == digest_text(found)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda each: ascii(each)[:20])
def test_hostile_names_never_reach_a_digest(text: str) -> None:
    calm = dict(render([hostile_week("calm.csv", "Rows")], options=Options()))["digest.txt"]

    assert dict(render([hostile_week(text, "Rows")], options=Options()))["digest.txt"] == calm


@pytest.mark.parametrize("text", HOSTILE, ids=lambda each: ascii(each)[:20])
def test_a_hostile_exercise_does_nothing_to_a_terminal(text: str) -> None:
    rules = Rules(1, 5000.0, (*FOUR, Prescription("odd", text)))
    written = digest_text(said(week(all_three(), (), rules=rules)))

    assert written.count("\n") == 2
    assert re.sub(r"\n", "", written).isprintable()

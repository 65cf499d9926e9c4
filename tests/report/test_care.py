import dataclasses
from typing import Any

import pytest

from pipeline.report import Options, brief, content, render
from pipeline.week import Pain, PainTrigger, Week

from .weeks import MONDAY, TUE, both, jog, no_shrugs, on_plan, unknown, week

NOTE = "woke up <b>twice</b>"
BAD = PainTrigger("single", 8, day=MONDAY)
DAYS = (3, None, 8, 2, None, None, 0)


def with_pain(found: Week, trigger: PainTrigger | None = None) -> Week:
    notes = (None, None, NOTE, *(None,) * 4)
    return dataclasses.replace(found, pain=Pain(DAYS, notes, trigger))


def said(found: Week, options: Options | None = None) -> dict[str, Any]:
    return content(found, [], options=options or Options())


def pages(found: Week, options: Options | None = None) -> dict[str, str]:
    return {path: data.decode() for path, data in render([found], options=options or Options())}


def test_without_a_diary_no_page_speaks_of_pain() -> None:
    assert said(on_plan())["pain"] is None
    assert "diary" not in pages(on_plan())["2026/2026-W46.html"]


def test_the_diary_is_a_row_of_the_week_with_a_word_for_each_day() -> None:
    found = pages(with_pain(on_plan()))

    page = found["2026/2026-W46.html"]
    row = page[page.index('<tr role="row" class="pain">') :]
    assert [f'<span class="vh">{word}</span>' in row for word in ("3 of 10", "no entry")] == [
        True
    ] * 2
    assert (
        "| Pain diary | 0 none, 10 worst | 3 | – | 8 | 2 | – | – | 0 |" in found["2026/2026-W46.md"]
    )
    assert said(with_pain(on_plan()))["pain"] == {"days": list(DAYS), "trigger": None}


def test_notes_are_private_unless_they_are_asked_for() -> None:
    shown = Options(show_pain_notes=True)

    assert all("woke up" not in text for text in pages(with_pain(on_plan())).values())
    page = pages(with_pain(on_plan()), shown)["2026/2026-W46.html"]
    assert "Wed 11 Nov: <bdi>woke up &lt;b&gt;twice&lt;/b&gt;</bdi>" in page
    assert said(with_pain(on_plan()), shown)["pain"]["notes"][2] == NOTE


@pytest.mark.parametrize(
    ("trigger", "sentence"),
    [
        (BAD, "Your pain diary shows 8 on Monday."),
        (PainTrigger("days", 5, count=4), "Your pain diary shows 5 or more on 4 days this week."),
        (PainTrigger("days", 5, count=1), "Your pain diary shows 5 or more on one day this week."),
        (
            PainTrigger("persistent", 4, count=6),
            "Your pain diary shows 4 or more as the middle value in each of the last 6 weeks.",
        ),
        (
            PainTrigger("persistent", 4.5, count=1),
            "Your pain diary shows 4.5 or more as the middle value of this week.",
        ),
    ],
)
def test_the_card_says_which_rule_fired(trigger: PainTrigger, sentence: str) -> None:
    found = pages(with_pain(on_plan(), trigger))

    card = said(with_pain(on_plan(), trigger))["pain"]["trigger"]
    assert (card["rule"], card["text"]) == (trigger.rule, sentence)
    for path in ("2026/2026-W46.html", "2026/2026-W46.md", "this-week.html"):
        assert sentence in found[path]
        assert "Please speak to your physiotherapist or doctor." in found[path]
        assert "Get help straight away" in found[path]


def test_the_card_stands_below_the_verdict_and_above_the_rest() -> None:
    page = pages(with_pain(both(), BAD))["2026/2026-W46.html"]

    assert page.index("<h1>") < page.index('class="card care"') < page.index('id="days"')


def test_beside_the_card_nothing_asks_for_exercise() -> None:
    jogs = (jog(5620.0), jog(None, TUE))
    found = week(no_shrugs(), jogs, unknown_names=(unknown(),))
    kinds = [step["kind"] for step in said(found)["next_steps"]]

    assert kinds == ["missing", "limit", "distance", "name"]
    assert [each["kind"] for each in said(with_pain(found, BAD))["next_steps"]] == [
        "distance",
        "name",
    ]
    assert said(with_pain(on_plan(), BAD))["next_steps"] == []
    assert said(with_pain(on_plan()))["next_steps"][0]["kind"] == "nothing"


def test_the_words_of_the_card_are_settings_and_inert() -> None:
    options = Options(care_text="Ask <i>Dr Who</i>.", care_urgent="Ring 999.")

    page = pages(with_pain(on_plan(), BAD), options)["2026/2026-W46.html"]

    assert "Ask &lt;i&gt;Dr Who&lt;/i&gt;." in page
    assert "Ring 999." in page
    assert "numbness" not in page


def test_the_short_text_for_the_orchestrator_tells_nothing_of_pain() -> None:
    assert brief([with_pain(both(), BAD)]) == brief([both()])

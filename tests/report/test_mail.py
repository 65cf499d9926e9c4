import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import content, render
from pipeline.report.mail import Envelope, mail
from pipeline.week import Prescription, Rules, Week

from .cases import GOLDENS, HOSTILE, OPTIONS, hostile_week
from .test_digest import TRIGGER
from .weeks import FOUR, MONDAY, all_three, both, history, judgement, week

Golden = Callable[[str, str], None]
CLOSED = sorted(set(GOLDENS) - {"open"})


def said(found: Week) -> dict[str, Any]:
    return content(found, [], options=OPTIONS)


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("name", CLOSED)
def test_a_mail_is_written_as_in_its_golden(name: str, matches_golden: Golden) -> None:
    raw = dict(render(GOLDENS[name](), options=OPTIONS))["digest.eml"]

    assert raw.count(b"\r\n") == raw.count(b"\n")
    assert len(raw) < 1_200
    # A golden is read with its line ends made alike, so those of a mail were looked at here.
    matches_golden(raw.decode("ascii").replace("\r\n", "\n"), f"{name}.digest.eml")


def test_a_mail_is_read_by_the_standard_library() -> None:
    message = read(dict(render([both()], options=OPTIONS))["digest.eml"])

    assert message["Subject"] == "Week 46: Not complete, over 5 km"
    assert message["Message-ID"] == "<2026-W46.r1.me@backfour.invalid>"
    assert message["Date"].datetime.date() == MONDAY.replace(day=15)
    assert message["To"].addresses[0].display_name == "Alex S."
    assert not message.defects
    assert message.get_content_type() == "text/plain"
    lines = text_of(message).splitlines()
    assert lines[0].startswith("3 of 4 done, and one jog went past 5 km.")
    assert lines[2] == "What to do next"
    assert "- One name to clear up. Run `backfour names` to settle it." in lines
    assert len([line for line in lines if line.startswith("- ")]) == 3


def test_the_mail_tells_of_the_newest_closed_week_and_without_one_there_is_none() -> None:
    opened = week(monday=MONDAY.replace(day=16), today=MONDAY.replace(day=17))

    closed = dict(render([*history(both(), 2), opened], options=OPTIONS))
    alone = dict(render([opened], options=OPTIONS))

    assert "Week 46" in read(closed["digest.eml"])["Subject"]
    assert "digest.eml" not in alone
    assert {"digest.txt", "feed.xml"} < set(alone)


def test_a_revision_a_change_and_a_reminder_are_messages_of_their_own() -> None:
    found = said(both())
    first, then = (judgement(both().status, 3, MONDAY.replace(day=day)) for day in (16, 18))
    revised = said(both(history=(first, then)))

    names = [
        read(mail(found))["Message-ID"],
        read(mail(found, Envelope(occasion="changed")))["Message-ID"],
        read(mail(found, Envelope(occasion="nudge")))["Message-ID"],
        read(mail(revised))["Message-ID"],
    ]

    assert re.fullmatch(r"<2026-W46\.r1\.[0-9a-f]{8}\.me@backfour\.invalid>", names.pop(1))
    assert names == [
        "<2026-W46.r1.me@backfour.invalid>",
        "<2026-W46.r1.nudge.me@backfour.invalid>",
        "<2026-W46.r2.me@backfour.invalid>",
    ]


def test_a_changed_result_is_said_to_be_one() -> None:
    text = text_of(read(mail(said(both()), Envelope(occasion="changed"))))

    assert text.startswith("The result of this week is another one than in the last message.\n3 of")


def test_where_several_are_told_of_the_subject_says_whose_week_it_is() -> None:
    message = read(mail(said(both()), Envelope(whose="Sam\r\nBcc: x@example.org")))

    assert message["Subject"].startswith("Sam⟨U+000D⟩⟨U+000A⟩Bcc: x@example.org: Week 46:")
    assert message["Bcc"] is None


@pytest.mark.parametrize("occasion", ["closed", "changed", "nudge"])
def test_a_care_card_or_a_lock_screen_gets_no_result(occasion: Any) -> None:  # noqa: ANN401
    found = said(both())
    by_card = mail(found | {"pain": TRIGGER}, Envelope(occasion=occasion))
    by_choice = mail(found, Envelope(occasion=occasion, is_ready_only=True))

    for raw in (by_card, by_choice):
        message = read(raw)
        assert message["Subject"] == "Your weekly report is ready"
        assert text_of(message) == "Your weekly report is ready.\n"
        assert not re.search(rb"pain|complete|limit", raw.lower())


@pytest.mark.parametrize("text", HOSTILE, ids=lambda each: ascii(each)[:20])
def test_hostile_names_make_no_header_no_link_and_no_markup(text: str) -> None:
    rules = Rules(1, 5000.0, (*FOUR, Prescription("odd", text)))
    for found in (hostile_week(text), week(all_three(), (), rules=rules, label=text)):
        raw = dict(render([found], options=OPTIONS))["digest.eml"]
        message = read(raw)

        assert len(message.keys()) == 8
        assert not message.is_multipart()
        assert re.fullmatch(rb"[\r\n\x20-\x7e]+", raw)
        assert text_of(message).replace("\n", "").isprintable()
    # A name of a file or in a log is nowhere in it; one of an exercise is the person's own.
    told = text_of(read(dict(render([hostile_week(text, "Rows")], options=OPTIONS))["digest.eml"]))
    calm = text_of(
        read(dict(render([hostile_week("calm", "Rows")], options=OPTIONS))["digest.eml"])
    )
    assert told == calm


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_label_makes_a_mail(label: str, whose: str) -> None:
    raw = mail(said(week(label=label)), Envelope(whose=whose))

    assert raw == mail(said(week(label=label)), Envelope(whose=whose))
    assert raw.isascii()
    assert len(read(raw).keys()) == 8
    assert read(raw).get_content().startswith("No sessions arrived for this week.")

import email
import email.policy

import pytest

from pipeline.report import Options, render
from pipeline.week import Status, Week

from .weeks import MONDAY, SAT, all_three, both, jog, no_shrugs, on_plan, week

pytest.importorskip("typst", reason="needs the extra pdf")
pytest.importorskip("pypdf", reason="needs pypdf, which reads the text of a PDF")

from .said import html_text, loaded, markdown_text, pdf_text, unsaid, written

FRIDAY = MONDAY.replace(day=13)
FAR = jog(5620.4, SAT)
WEEKS = {
    Status.PAUSED: week(status=Status.PAUSED, pause="holiday"),
    Status.ON_PLAN: on_plan(),
    Status.INCOMPLETE_OVER_LIMIT: both(),
    Status.OVER_LIMIT: week(all_three(), (FAR,)),
    Status.NO_DATA: week(),
    Status.INCOMPLETE: week(no_shrugs(), (jog(3840.0),)),
    Status.UNDECIDED: week(all_three(), (jog(None),)),
    Status.OPEN_OVER_LIMIT: week(no_shrugs(), (jog(5003.0),), today=FRIDAY),
    Status.OPEN_ON_PLAN: week(all_three(), (jog(4996.0),), today=FRIDAY),
    Status.OPEN_EMPTY: week(today=FRIDAY),
    Status.OPEN: week(no_shrugs(), (jog(4310.0),), today=FRIDAY),
}


def test_every_status_is_looked_at() -> None:
    assert {status: found.status for status, found in WEEKS.items()} == {
        status: status for status in Status
    }


@pytest.mark.parametrize("found", WEEKS.values(), ids=list(WEEKS))
def test_web_page_markdown_and_pdf_say_the_same(found: Week) -> None:
    files = written([on_plan(MONDAY.replace(day=2)), found])
    value = loaded(files["json"])

    missing = {
        "html": unsaid(value, html_text(files["html"])),
        "md": unsaid(value, markdown_text(files["md"])),
        "pdf": unsaid(value, pdf_text(files["pdf"])),
    }

    assert missing == {"html": [], "md": [], "pdf": []}


@pytest.mark.parametrize("found", WEEKS.values(), ids=list(WEEKS))
def test_the_digest_and_the_mail_say_the_same_verdict_and_steps(found: Week) -> None:
    files = dict(render([on_plan(MONDAY.replace(day=2)), found], options=Options()))
    value = loaded(files[f"2026/{found.calendar.id}.json"].decode())
    digest = " ".join(files["digest.txt"].decode().split())
    mail = email.message_from_bytes(files["digest.eml"], policy=email.policy.default)
    body = " ".join(mail.get_content().split())  # a mail breaks its lines

    assert " ".join(value["status"]["headline"].split()) in digest
    assert str(value["week"]["iso_week"]) in digest
    if not found.is_open:  # an open week has no mail yet
        for said in (value["status"]["headline"], *(each["title"] for each in value["next_steps"])):
            assert " ".join(said.split()) in body

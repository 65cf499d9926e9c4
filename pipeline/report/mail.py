"""A closed week as a plain-text mail: the same bytes on every machine, and nothing to click.

Sources: RFC 5322 (messages), RFC 2045 (quoted-printable, so that any server takes it).
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Literal

from pipeline.report import view
from pipeline.report.catalogue import say
from pipeline.report.digest import body, plain_spaces, title
from pipeline.report.escape import plain, visible

Content = dict[str, Any]
Occasion = Literal["closed", "changed", "nudge"]
DOMAIN = "backfour.invalid"  # reserved by RFC 2606: it can never be anybody's
NOON = dt.time(12, tzinfo=dt.UTC)  # the same day in nearly every time zone


@dataclass(frozen=True)
class Envelope:
    """Who tells whom, why now, and how much: the file on disk is not addressed to anybody.

    `whose` stands before the subject where one address is told of several people.
    """

    sender: str = f"backfour@{DOMAIN}"
    recipient: str | None = None
    whose: str = ""
    occasion: Occasion = "closed"
    is_ready_only: bool = False


def mail(week: Content, envelope: Envelope | None = None) -> bytes:
    """One week as a message, CRLF at the end of its lines, 7-bit throughout.

    Its date is the last day that is judged. It is named after the week and its revision, so one
    that is sent twice is the same message, and many mail programs show it once.
    """
    told = envelope or Envelope()
    person = week["person"]
    sent = dt.datetime.combine(view.day(week["as_of"]["date"]), NOON)
    message = _message(told, person["id"], person["label"], sent, _name(week, told.occasion))
    message["Subject"] = addressed(title(week, is_ready_only=told.is_ready_only), told.whose)
    text = "\n".join(_lines(week, told))
    message.set_content(text, cte="quoted-printable")
    return message.as_bytes()


def trial_mail(person: str, label: str, sent: dt.datetime, envelope: Envelope) -> bytes:
    """A message that tells of no week, each time one of its own; `person` is an id."""
    message = _message(envelope, person, label, sent, f"test.{sent:%Y%m%d%H%M%S%f}")
    message["Subject"] = addressed(say("notify.test_title"), envelope.whose)
    message.set_content(say("notify.test_text"), cte="quoted-printable")
    return message.as_bytes()


def _message(told: Envelope, person: str, label: str, sent: dt.datetime, name: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Date"] = format_datetime(sent)
    message["From"] = Address(say("mail.from"), addr_spec=told.sender)
    message["To"] = Address(visible(label), addr_spec=told.recipient or f"{person}@{DOMAIN}")
    message["Message-ID"] = f"<{name}.{person}@{DOMAIN}>"
    return message


def addressed(said: str, whose: str) -> str:
    """A title with the name of the person it is about, where that is not plain."""
    return say("mail.whose", person=visible(whose), title=said) if whose else said


def _name(week: Content, occasion: Occasion) -> str:
    """A reminder, and a result that changed within a revision, are messages of their own."""
    name = f"{week['report_id']}.r{week['revision']['n']}"
    match occasion:
        case "nudge":
            return f"{name}.nudge"
        case "changed":  # by a hash: a header must not tell the result that the text keeps back
            said = f"{week['status']['headline']}\n{week['status']['detail']}"
            return f"{name}.{hashlib.sha256(said.encode()).hexdigest()[:8]}"
    return name


def _lines(week: Content, told: Envelope) -> Iterator[str]:
    said = body(week, is_ready_only=told.is_ready_only)
    if not said:
        yield f"{say('digest.ready')}."
        return
    if told.occasion == "changed":
        yield say("mail.changed")
    yield said
    if week["next_steps"]:
        yield ""
        yield view.steps_heading(week)
        yield from (f"- {_step(step)}" for step in week["next_steps"])


def _step(step: Content) -> str:
    """A step without any word of a file: a mail program makes links of what looks like one."""
    text = say("step.name_long") if step["kind"] == "name" else step["text"]
    return plain_spaces(plain(f"{step['title']} {text}"))

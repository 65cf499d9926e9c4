"""Messages that a week has closed: what is due, sent by mail or Apprise, and remembered.

A message is sent first and remembered then, so a run that is killed in between sends it once
more, under the same Message-ID. One that cannot be sent is a line in the run's result, and is
tried again by the next run. No line holds an address, a name of a file or anything of health.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline import report
from pipeline.home import Home
from pipeline.notify import apprise, memory, smtp
from pipeline.notify.channel import Channel, Failure, hashed
from pipeline.notify.due import LOOKED_AT, Message, Sent, due
from pipeline.report.catalogue import say
from pipeline.settings import Notify, Person, Settings
from pipeline.week import Week

__all__ = ["Channel", "Failure", "Message", "Outcome", "Sent", "due", "run", "tried"]


@dataclass
class Outcome:
    """What was sent, and a line for each way on which something could not be."""

    sent: int = 0
    notices: list[str] = field(default_factory=list)


def run(home: Home, checked: Settings, person: Person, weeks: Sequence[Week]) -> Outcome:
    """Send what is due of one person's judged weeks, on every way that is configured.

    Works without the person's lock: a mail server that does not answer keeps nobody else waiting.
    """
    outcome = Outcome()
    ways = list(channels(*addressed(checked, person)))
    if not ways or not weeks:
        return outcome
    contents = list(_contents(weeks))
    library = home.library(person)
    sent = memory.load(library)
    known = {way.key: sent.get(way.key, Sent()) for way in ways}
    for way in ways:
        for message in due(contents, known[way.key], is_nudged=checked.notify.nudge):
            try:
                way.send(message)
            except Failure as failure:
                # The others on this way are tried again by the next run, too.
                key = f"notify.failed_{way.kind}"
                outcome.notices.append(say(key, week=message.week_id, why=failure.why))
                break
            outcome.sent += 1
            known[way.key] = known[way.key].after(message)
            if not memory.save(library, known):
                outcome.notices.append(say("notify.forgotten"))
    return outcome


def tried(
    checked: Settings, person: Person, at: dt.datetime
) -> Iterator[tuple[str, Failure | None]]:
    """Send a test on every way one person is told; yields "mail" or "push", and why not."""
    for way in channels(*addressed(checked, person)):
        try:
            way.attempt(person, at)
        except Failure as failure:
            yield way.kind, failure
        else:
            yield way.kind, None


def addressed(checked: Settings, person: Person) -> tuple[Notify, str]:
    """Return how one person is told, and whose name to say: nobody's, where it is their own way."""
    chosen = checked.notify
    is_own = bool(person.notify_to or person.notify_urls)
    if is_own:
        chosen = replace(
            chosen, recipient=person.notify_to or chosen.recipient, urls=person.notify_urls
        )
        if person.notify_to is None:
            chosen = replace(chosen, smtp_host=None)  # not to the one address of everybody else
    return chosen, "" if is_own or len(checked.people) == 1 else person.label


def channels(chosen: Notify, whose: str) -> Iterator[Channel]:
    """Yield each way on which messages are sent; `whose` is named where several people are.

    A new address is a way of its own: it is told of the newest closed week.
    """
    is_ready_only = chosen.detail == "ready"
    if chosen.smtp_host is not None:
        send, attempt = smtp.sender(chosen, whose), smtp.attempt(chosen, whose)
        yield Channel("mail", hashed(f"{chosen.recipient}"), send, attempt)
    for url in chosen.urls:
        send = apprise.sender(url, whose, is_ready_only=is_ready_only)
        yield Channel("push", hashed(url), send, apprise.attempt(url, whose))


def _contents(weeks: Sequence[Week]) -> Iterator[report.Content]:
    """Yield what is said of the newest weeks, oldest first."""
    options = report.Options(notifier_configured=True)
    for place in range(max(0, len(weeks) - LOOKED_AT), len(weeks)):
        yield report.content(weeks[place], weeks[:place], options=options)

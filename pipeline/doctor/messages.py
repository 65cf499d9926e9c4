"""Whether messages that a week has closed arrive: by sending a test, where that is asked for."""

import datetime as dt
from collections.abc import Iterator

from pipeline import notify
from pipeline.doctor.findings import Finding, ok, wrong
from pipeline.settings import Person, Settings

WAYS = {"mail": "mail", "push": "Apprise"}
CHECK = "messages"


def examine(checked: Settings, person: Person, at: dt.datetime) -> Iterator[Finding]:
    """Send one person a test on every way they are told; nothing of a week is in it."""
    found = False
    for kind, failure in notify.tried(checked, person, at):
        found = True
        if failure is None:
            yield ok(CHECK, f"to {person.id}: a test was sent by {WAYS[kind]}")
        else:
            said = f"to {person.id}: a test could not be sent by {WAYS[kind]}, {failure.why}"
            yield wrong(CHECK, said, "", "mend [notify] in backfour.toml")
    if not found:
        yield ok(CHECK, f"to {person.id}: none is wanted")

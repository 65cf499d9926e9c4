"""Which messages are due: decided purely, from what is said of the weeks and what was sent."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.calendar import ONE_DAY
from pipeline.report.digest import has_care_card
from pipeline.report.mail import Occasion

Content = dict[str, Any]
# A late file may change a week of last month that somebody was told of. What changes in older
# ones is on their pages: whoever settles a name must not get a message for every week of a year.
REMEMBERED = 5
LOOKED_AT = REMEMBERED + 1  # and the week of now


@dataclass(frozen=True)
class Message:
    """One week to be told of: it closed, its result changed since it was told of, or it ends soon.

    `occasion` is "closed", "changed" or "nudge".
    """

    week: Content
    occasion: Occasion = "closed"

    @property
    def week_id(self) -> str:
        """Name of the week."""
        return str(self.week["report_id"])


@dataclass(frozen=True)
class Sent:
    """What was sent on one way: of each week its status and revision; and the week nudged last."""

    weeks: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    nudged: str = ""

    def after(self, message: Message) -> "Sent":
        """Remember one more message, and forget the weeks that are too old to be told of again."""
        if message.occasion == "nudge":
            return replace(self, nudged=message.week_id)
        told = {**self.weeks, message.week_id: _standing(message.week)}
        return replace(self, weeks={each: told[each] for each in sorted(told)[-REMEMBERED:]})


def due(weeks: Sequence[Content], sent: Sent, *, is_nudged: bool) -> Iterator[Message]:
    """Yield what is to be sent now; `weeks` is oldest first and ends with the week of now.

    The newest closed week is told of once, and again when its status is another one. A week
    before it only when it was told of, and a late file made a revision of it with another status.
    So whoever imports ten years at once gets one message, and one who judges an earlier moment
    (`--now`) none of a week before those told of.
    """
    closed = [week for week in weeks if not week["status"]["open"]]
    for week in closed[:-1]:
        was = sent.weeks.get(week["report_id"])
        code, revision = _standing(week)
        if was is not None and code != was[0] and revision > was[1]:
            yield Message(week, "changed")
    for week in closed[-1:]:
        was = sent.weeks.get(week["report_id"])
        # Also without a revision: what arrived on the day after the week makes none, and the
        # first run of that day has told of it already.
        is_new = was is None and week["report_id"] > max(sent.weeks, default="")
        if is_new or (was is not None and was[0] != _standing(week)[0]):
            yield Message(week, "closed" if was is None else "changed")
    if is_nudged and weeks and sent.nudged != weeks[-1]["report_id"] and _needs_nudge(weeks[-1]):
        yield Message(weeks[-1], "nudge")


def _needs_nudge(week: Content) -> bool:
    """Whether it is the day before the last one, and something is still to do.

    After a care card nobody is urged to train.
    """
    today = dt.date.fromisoformat(week["as_of"]["date"])
    is_the_day = today + ONE_DAY == dt.date.fromisoformat(week["week"]["end"])
    is_due = week["status"]["open"] and week["status"]["code"] != "paused"
    is_missing = any(each["state"] == "open" for each in week["exercises"])
    return is_the_day and is_due and is_missing and not has_care_card(week)


def _standing(week: Content) -> tuple[str, int]:
    return week["status"]["code"], week["revision"]["n"]

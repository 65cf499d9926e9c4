"""The pain diary on a page: the week's scores, and the card that asks to see somebody.

It repeats what the programme says and diagnoses nothing. Pain is on a person's own pages only: no
digest, mail, feed or push tells of it.
"""

from typing import Any

from pipeline.report.catalogue import say
from pipeline.report.facts import Facts
from pipeline.report.words import exact, trimmed, weekday
from pipeline.week import PainTrigger

Row = dict[str, Any]
# What is left to do in a week with the card: nothing that asks for exercise, or for more of it.
KEPT = ("distance", "folder", "name")


def pain(facts: Facts) -> Row | None:
    """The scores of the week and what they led to; None without a diary."""
    found = facts.week.pain
    if found is None:
        return None
    trigger = None if found.trigger is None else _card(facts, found.trigger)
    notes = {"notes": list(found.notes)} if facts.options.show_pain_notes else {}
    return {"days": list(found.days), "trigger": trigger, **notes}


def _card(facts: Facts, trigger: PainTrigger) -> Row:
    """The card: which rule fired, what the programme says, and when not to wait."""
    text = say(
        f"care.{trigger.rule}",
        n=trigger.count,
        score=trimmed(exact(trigger.score)),
        weekday="" if trigger.day is None else weekday(trigger.day),
    )
    return {
        "rule": trigger.rule,
        "title": say("care.title"),
        "text": text,
        "advice": facts.options.care_text or say("care.text"),
        "urgent": facts.options.care_urgent or say("care.urgent"),
    }

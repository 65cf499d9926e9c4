"""A judged week as the JSON value of schema version 1, which every format is written from.

Sentences still carry the marks of `escape`, so that a format can set names and settings apart;
`without_marks` drops them.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.report import care, rows
from pipeline.report.catalogue import capitalised, join, say
from pipeline.report.escape import END, plain
from pipeline.report.facts import Facts, Options
from pipeline.report.notes import notes
from pipeline.report.revision import revision
from pipeline.report.schema import VERSION
from pipeline.report.steps import next_steps
from pipeline.report.trend import trend
from pipeline.report.verdict import standing, status
from pipeline.report.words import in_sentence, limit_exact
from pipeline.week import Coverage, Week

# What a file said is data, and stays as it was said.
_AS_SAID = frozenset({"original_name", "label", "locator", "name"})


def marked_content(
    facts: Facts, past: Sequence[Week], listed: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The content of one week, with marks in its sentences; `past` is oldest first.

    `listed` is the listed content of the same week, where somebody has it.
    """
    week = facts.week
    recent = [*past[-(rows.WEEKS_SHOWN - 1) :], week]
    return {
        **(listed or listed_content(facts)),
        "schema_version": VERSION,
        "person": {"id": week.person, "label": week.label},
        "as_of": {"date": week.as_of.isoformat()},
        "rules": _rules(week),
        "status": status(facts),
        "revision": revision(facts) | {"cause_files": _causes(facts)},
        "exercises": [rows.exercise(each, recent) for each in facts.exercises],
        "next_steps": next_steps(facts),
        "trend": trend(recent),
        "coverage": _coverage(week.coverage),
        "pain": care.pain(facts),
        "left_out": [rows.left_out(facts, each) for each in facts.left_out],
        "notes": notes(facts),
        "texts": {"hint": say("page.hint"), "method": method(facts)},
    }


def listed_content(facts: Facts) -> dict[str, Any]:
    """What the tables show of a week: the part of its content that they need."""
    return {
        **outlined_content(facts),
        "jogs": jogs(facts),
        "sessions": [rows.session(facts, each) for each in facts.sessions],
    }


def outlined_content(facts: Facts) -> dict[str, Any]:
    """What the index shows of a week more than a year old: neither its jogs nor its sessions."""
    week = facts.week
    return {
        **named(week, facts.options),
        "units": facts.options.units,
        "rules": {"limit_m": float(week.rules.limit_m)},
        "status": standing(facts),
        "revision": {"n": max(1, len(week.history))},
        "exercises": [{"id": each.id, "state": each.state} for each in facts.exercises],
    }


def jogs(facts: Facts) -> list[rows.Row]:
    """The jogs of a week."""
    return [rows.jog(facts, each) for each in facts.jogs]


def named(week: Week, options: Options) -> dict[str, Any]:
    """Which week it is, and what its files are called: what a link to it needs."""
    return {
        "report_id": week.calendar.id,
        "week": _calendar(week),
        "formats": {
            "html": f"{week.calendar.id}.html",
            "md": f"{week.calendar.id}.md",
            "json": f"{week.calendar.id}.json",
            "pdf": f"{week.calendar.id}.pdf" if options.pdf else None,
        },
    }


def without_marks(content: dict[str, Any]) -> dict[str, Any]:
    """The same content with plain sentences."""
    return {key: _plain(key, value) for key, value in content.items()}


def _plain(key: str, value: object) -> object:
    if isinstance(value, str):
        return plain(value) if END in value and key not in _AS_SAID else value
    if isinstance(value, dict):
        return {inner: _plain(inner, each) for inner, each in value.items()}
    if isinstance(value, list):
        return [_plain(key, each) for each in value]
    return value


def method(facts: Facts) -> str:
    """How this report decides, built from the rules of the week; starts with its title."""
    rules = facts.week.rules
    names = [
        in_sentence(each.name)
        if each.sessions_per_week == 1
        else say("page.method_times", name=in_sentence(each.name), n=each.sessions_per_week)
        for each in rules.exercises
    ]
    text = say(
        "page.method",
        week=say(f"words.week_{facts.week.calendar.week_start}"),
        names=join(names),
        limit=facts.limit,
        limit_exact=limit_exact(rules.limit_m),
        version=rules.version,
    )
    return f"{say('page.method_title')} {capitalised(text)}"


def _calendar(week: Week) -> dict[str, Any]:
    return {
        "iso_year": week.calendar.iso_year,
        "iso_week": week.calendar.iso_week,
        "start": week.calendar.start.isoformat(),
        "end": week.calendar.end.isoformat(),
        "timezone": week.zone,
        "week_start": week.calendar.week_start,
    }


def _rules(week: Week) -> dict[str, Any]:
    return {
        "version": week.rules.version,
        "limit_m": float(week.rules.limit_m),
        "exercises": [
            {
                "id": each.id,
                "name": each.name,
                "sessions_per_week": each.sessions_per_week,
                "sets_per_session": each.sets_per_session,
            }
            for each in week.rules.exercises
        ],
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    activity, strength = coverage.activity_until, coverage.strength_until
    return {
        "activity_until": activity.isoformat() if activity else None,
        "strength_until": strength.isoformat() if strength else None,
        "days_with_data_30": coverage.days_with_data_30,
        "source_files": coverage.source_files,
    }


def _causes(facts: Facts) -> list[dict[str, Any]]:
    history = facts.week.history
    if not history[1:]:
        return []
    causes = sorted(history[-1].cause, key=lambda each: (each.original_name, each.sha256))
    return [rows.source(facts, each) for each in causes]

"""The page of what became of every file: one section for each outcome, what needs somebody first.

One page, whatever the number of files: of each outcome the newest are listed, and older ones are
counted by month. Pages of 500 were the other choice; there, each new file moves a row onto every
page after it, and a night with one new file would write a hundred pages anew.
"""

import datetime as dt
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.report.catalogue import capitalised, number_word, say, terms
from pipeline.report.facts import Options
from pipeline.report.html import environment
from pipeline.report.words import EN_DASH, brief_day, whole

PATH = "receipt.html"
NEEDS = "needs"
SECTIONS = (NEEDS, "waiting", "refused", "imported", "superseded", "duplicate", "ignored")
WITHOUT_REASON = ("imported",)
# What needs somebody is listed as far as a megabyte allows, and then counted by reason.
LISTED = {NEEDS: 500}
LISTED_ELSE = 200
PAIN, SYNC = "pain", "I_SYNC"
UNDATED = (0, 0)
SMALL = 10  # numbers up to it are written as words
File = Mapping[str, Any]
Content = dict[str, Any]
Day = Callable[[File], dt.date | None]


def needs(receipt: Content | None) -> int | None:
    """How many files need somebody; None where nothing is known of the files."""
    return None if receipt is None else int(receipt["needs"])


def counts(files: Sequence[File]) -> dict[str, int]:
    """How many files are in each section, in their order; sections without any are left out."""
    found = Counter(map(_section, files))
    return {key: found[key] for key in SECTIONS if found[key]}


def heading(section: str) -> str:
    """A section's name as the page and the command say it."""
    return say(f"receipt.heading.{section}")


def content(
    files: Sequence[File], *, label: str, zone: str, hidden: Mapping[str, str] | None = None
) -> Content:
    """What the page says of these files, as a value: the same value means the same bytes.

    `files` are entries of `backfour status --json`. Days are those of the zone. With `hidden`, a
    general sentence for each code, no name of a file is told, and no sentence that could hold one.
    """
    day = _days(zone)
    names = {each["sha256"]: each["name"] for each in reversed(files) if each["parent"] is None}
    parts: dict[str, list[File]] = {}
    for each in files:
        parts.setdefault(_section(each), []).append(each)
    dropped = sum(each["parent"] is None for each in files)
    return {
        "label": label,
        "dropped": dropped,
        "members": len(files) - dropped,
        "needs": len(parts.get(NEEDS, ())),
        "sections": [
            _listed(key, parts[key], day, names, hidden) for key in SECTIONS if key in parts
        ],
    }


def page(receipt: Content, options: Options) -> str:
    """The page itself, complete alone as the others are."""
    return (
        environment()
        .get_template("receipt.html.j2")
        .render(
            title=_title(receipt),
            wide=False,
            lead=_lead(receipt),
            label=receipt["label"],
            needs=receipt["needs"],
            sections=[
                each | {"heading": heading(each["key"]), "note": say(f"receipt.note.{each['key']}")}
                for each in receipt["sections"]
            ],
            whole=whole,
            local=not options.notifier_configured,
        )
    )


def _section(each: File) -> str:
    return NEEDS if each["needs_you"] else str(each["outcome"])


def _title(receipt: Content) -> str:
    if not receipt["sections"]:
        return say("receipt.title_empty")
    count = receipt["needs"]
    if not count:
        return say("receipt.title_none")
    number = capitalised(number_word(count)) if count <= SMALL else whole(count)
    return say("receipt.title", n=count, number=number)


def _lead(receipt: Content) -> str:
    if not receipt["sections"]:
        return say("receipt.text_empty")
    dropped, members = receipt["dropped"], receipt["members"]
    told = say("receipt.dropped", n=dropped, number=whole(dropped))
    if members:
        told = say("receipt.members", n=members, number=whole(members), dropped=told)
    is_whole = not any(each["rest"] for each in receipt["sections"])
    return say("receipt.lead_all" if is_whole else "receipt.lead_newest", files=told)


def _days(zone: str) -> Day:
    """Tell on which local day a file was first seen, or last changed; many have one moment."""
    at = zoneinfo.ZoneInfo(zone)
    known: dict[str, dt.date | None] = {"": None}

    def day(each: File) -> dt.date | None:
        moment = _moment(each)
        if moment not in known:
            known[moment] = dt.datetime.fromisoformat(moment).astimezone(at).date()
        return known[moment]

    return day


def _moment(each: File) -> str:
    # A sync tool writes to its own files all the time: a quiet night would change the page.
    return "" if each["code"] == SYNC else str(each["first_seen"] or each["since"])


def _listed(
    key: str,
    files: Sequence[File],
    day: Day,
    names: Mapping[str, str],
    hidden: Mapping[str, str] | None,
) -> Content:
    # Newest first; of one moment by name, so that the order never depends on that of arrival.
    ordered = sorted(files, key=lambda each: (each["name"], each["sha256"] or ""))
    ordered.sort(key=_moment, reverse=True)
    shown = LISTED.get(key, LISTED_ELSE)
    rest = ordered[shown:]
    return {
        "key": key,
        "count": len(files),
        "has_reason": key not in WITHOUT_REASON,
        "rows": [_row(each, day(each), names, hidden) for each in ordered[:shown]],
        "rest": list(_by_reason(rest) if key == NEEDS else _by_month(rest, day)),
        "rest_heading": _rest_heading(key, len(rest)),
    }


def _row(
    each: File, day: dt.date | None, names: Mapping[str, str], hidden: Mapping[str, str] | None
) -> Content:
    outcome = each["outcome"]
    waits = each["first_seen"] is None
    return {
        "name": _named(each["name"]) if hidden is None else _hashed(each["sha256"], each["kind"]),
        "archive": _archive(each["parent"], names, hidden),
        "kind": _kind(each["kind"]),
        "outcome": say(f"receipt.outcome.{outcome}") if each["needs_you"] else "",
        "code": each["code"] or "",
        "why": (each["detail"] or "") if hidden is None else _general(each, hidden),
        "remedy": (each["remedy"] or "") if each["needs_you"] else "",
        "day": say("receipt.since", day=_dated(day)) if waits and day else _dated(day),
    }


def _kind(kind: str | None) -> str:
    if kind == PAIN:
        return say("receipt.pain")
    return (kind or "").upper() or say("receipt.not_stated")


def _archive(
    parent: str | None, names: Mapping[str, str], hidden: Mapping[str, str] | None
) -> str | None:
    if parent is None:
        return None
    return _named(names.get(parent, "")) if hidden is None else _hashed(parent, None)


def _named(name: str) -> str:
    """A name as it is; the run that took a file may have been killed before it logged the name."""
    return name or say("receipt.no_name")


def _hashed(sha256: str | None, kind: str | None) -> str:
    if sha256 is None:
        return capitalised(say("source.some_file"))
    digest = say("source.hashed", kind=(kind or "").upper(), digest=sha256[:8]).strip()
    return capitalised(digest)


def _general(each: File, hidden: Mapping[str, str]) -> str:
    """What can be said of a file without naming any."""
    if each["code"] is not None:
        return hidden[each["code"]]
    told = {"duplicate": "same_bytes", "superseded": "older"}.get(each["outcome"])
    return say(f"receipt.{told}") if told else ""


def _rest_heading(key: str, count: int) -> str:
    what = "alike" if key == NEEDS else "older"
    return say(f"receipt.{what}_heading", n=count, number=whole(count))


def _by_reason(files: Sequence[File]) -> Iterator[Content]:
    found = Counter((each["code"] or "", each["remedy"] or "") for each in files)
    for (code, remedy), count in sorted(found.items()):
        yield {"what": f"{code}: {remedy}", "count": _files(count)}


def _by_month(files: Sequence[File], day: Day) -> Iterator[Content]:
    found = Counter((_month(day(each)), each["kind"] or "") for each in files)
    months: dict[tuple[int, int], list[str]] = {}
    for (month, kind), count in sorted(found.items(), key=lambda each: each[0][1]):
        told = f"{whole(count)} {_kind(kind)}"
        months.setdefault(month, []).append(told)
    for month in sorted(months, reverse=True):
        yield {"what": _month_said(*month), "count": say("words.list_comma").join(months[month])}


def _month(day: dt.date | None) -> tuple[int, int]:
    return UNDATED if day is None else (day.year, day.month)


def _month_said(year: int, number: int) -> str:
    if (year, number) == UNDATED:
        return say("receipt.undated")
    return say("receipt.month", month=terms("words.months")[number - 1], year=year)


def _files(count: int) -> str:
    return say("receipt.files", n=count, number=whole(count))


def _dated(day: dt.date | None) -> str:
    return EN_DASH if day is None else f"{brief_day(day)} {day.year}"

import dataclasses
import datetime as dt
import hashlib
import random
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from typing import Any, TypeVar

from pipeline.report import Options, clinic, receipt, render
from pipeline.week import (
    Alternate,
    Coverage,
    Pain,
    PainTrigger,
    Prescription,
    Rules,
    Session,
    Status,
    Week,
)

from .weeks import (
    FOUR,
    FRI,
    MON,
    MONDAY,
    SAT,
    SUN,
    THU,
    TUE,
    WED,
    all_three,
    both,
    history,
    jog,
    judgement,
    lift,
    linked,
    no_shrugs,
    note,
    on_plan,
    source,
    unknown,
    week,
)

Item = TypeVar("Item")
OPTIONS = Options()
MARKUP = '<script>alert(1)</script><img src=x onerror="alert(1)">'
HOSTILE = [
    MARKUP,
    "\"><svg onload='alert(1)'>",
    "{{ 7*7 }}{% raw %}${7*7}",
    "[link](http://evil.example) ![x](http://evil.example/x.png) `code` | # *bold*",
    "=HYPERLINK('http://evil.example')",
    "\u202egpj.exe\u2066",
    "a\x00b\x1b[31m\r\nc",
    "\ue000forged\ue002 \ue001code\ue002",
    "x" * 300,
    "🏃‍♀️ שלום مرحبا",
    "javascript:alert(1)",
    "half \ud800 surrogate.csv",
    "<http://evil.example> http://evil.example www.evil.example\n\n    http://evil.example",
    "</title></style><!-- ]]> <base href='http://evil.example/'><meta http-equiv=refresh>",
    "\N{RIGHT-TO-LEFT MARK}" + "وزن" * 100,
]
THURSDAY_NIGHT = MONDAY.replace(day=12)


def files(*weeks: Week, options: Options = OPTIONS) -> dict[str, str]:
    return {path: data.decode() for path, data in render(weeks, options=options)}


def hostile_week(text: str, exercise: str | None = None) -> Week:
    """A week with the text wherever a file, a name or the settings may bring one in.

    `exercise` is the name of the fifth exercise, which is the person's own; else the text too.
    """
    found = source(text, locator=text, linked=(linked(f"{text}.gpx"),))
    rules = Rules(1, 5000.0, (*FOUR, Prescription("fifth", text if exercise is None else exercise)))
    return week(
        (
            lift("shrug", MON, label=text, source=found),
            lift(None, WED, label=text, source=found, sets=()),
        ),
        (jog(3840.0, source=found),),
        rules=rules,
        label=text,
        unknown_names=(unknown(text, candidates=("fifth",)),),
        notes=(
            note("duplicate", TUE, text, what="jog", kept=text, metres=3840.0),
            note("suspect_duplicate", TUE, text, other=text, hours=1),
            note(
                "refused", None, text, name=text, code=text, fault=text, remedy=text, salvage=text
            ),
            note(
                "refused",
                None,
                text,
                name=text,
                code=text,
                where=text,
                text=text,
                remedy=text,
                lines=2,
            ),
            note("clock", None, None, name=text),
            note("zone_assumed", None, None, zone=text, count=1),
        ),
        history=(
            judgement(Status.NO_DATA, 0, MONDAY),
            judgement(Status.INCOMPLETE, 2, MONDAY, text),
        ),
    )


def hostile_pause(text: str) -> Week:
    return paused(text, text)


def paused(reason: str, label: str = "Alex S.") -> Week:
    return week(status=Status.PAUSED, pause=reason, label=label)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name)) is not None]


def shuffled(found: Week, seed: int) -> Week:
    order = random.Random(seed)  # noqa: S311

    def mixed(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(order.sample(items, len(items)))

    return dataclasses.replace(
        found,
        exercises=mixed(found.exercises),
        jogs=mixed(found.jogs),
        sessions=mixed(found.sessions),
        notes=mixed(found.notes),
        unknown_names=mixed(found.unknown_names),
    )


def walk(day: int) -> Session:
    return lift(
        None,
        day,
        label="walking",
        counted=False,
        evidence="device",
        source=source("walk.gpx"),
        sets=(),
        metres=6100.0,
        duration_s=4512.0,
        why_not="other_sport",
    )


def revised() -> Week:
    """The shrugs came three days after the week: without them it was incomplete."""
    found = on_plan()
    before = judgement(Status.INCOMPLETE, 2, MONDAY.replace(day=16))
    after = judgement(Status.ON_PLAN, 4, MONDAY.replace(day=18), "shrugs_late.csv")
    return dataclasses.replace(
        found,
        history=(
            dataclasses.replace(before, sessions=(2, 2, 0, 2), jogs=found.jogs),
            dataclasses.replace(after, sessions=(2, 2, 1, 2), jogs=found.jogs),
        ),
    )


def no_files() -> Week:
    strength_until = dt.date(2026, 11, 5)
    return week(
        (),
        (jog(3840.0),),
        because=dict.fromkeys(("lat_pulldown", "glute_bridge", "shrug"), "no_files"),
        last_seen=dict.fromkeys(("lat_pulldown", "glute_bridge"), strength_until),
        coverage=Coverage(MONDAY.replace(day=15), strength_until, 9, 1),
    )


def clocks_change(sunday: dt.date, before: int, after: int) -> Week:
    """The jogs of Saturday and Sunday, on either side of the night in which clocks change."""
    monday = sunday - dt.timedelta(days=6)
    lifts = [dataclasses.replace(each, start_local=None) for each in all_three(monday)]
    jogs = []
    for day, hours, at in ((SAT, before, dt.time(8, 12)), (SUN, after, dt.time(23, 30))):
        zone = dt.timezone(dt.timedelta(hours=hours))
        start = dt.datetime.combine(monday + dt.timedelta(days=day), at, zone)
        jogs.append(jog(3840.0, day, monday, start_local=start))
    return week(lifts, jogs, monday=monday)


def thirty_sessions() -> Week:
    lifts = [
        lift(each, day, label="Lift" if each else "Pull thing", start_local=None)
        for day in range(7)
        for each in ("lat_pulldown", "glute_bridge", "shrug", None)
    ]
    return week(lifts, (jog(3840.0), jog(4310.0, SAT)))


def other_limit() -> Week:
    jogs = (
        jog(7990.0, close_to_line=True, under_limit=True),
        jog(8000.0, THU, close_to_line=True, under_limit=False),
        jog(12_345.6, SAT, under_limit=False, duration_s=4449.0),
    )
    return week(all_three(), jogs, rules=Rules(2, 8000.0, FOUR))


def five_exercises() -> Week:
    rules = Rules(1, 5000.0, (*FOUR, Prescription("bird_dog", "Bird dogs")))
    return week((*all_three(), lift("bird_dog", FRI)), (jog(3840.0),), rules=rules)


def twice_a_week() -> Week:
    rules = Rules(1, 5000.0, (*FOUR[:2], Prescription("shrug", "Shoulder shrugs", 2), FOUR[3]))
    return week(all_three(), (jog(3840.0),), rules=rules)


def close_to_the_line() -> Week:
    near = jog(4996.0, SAT)
    return week(
        all_three(),
        (dataclasses.replace(near, alternates=(Alternate("track", 4951.0, near.source.sha256),)),),
    )


def every_note() -> Week:
    far = jog(4200.0, SAT, at_least=True, under_limit=None)
    given = (
        note("duplicate", TUE, "copy.gpx", what="jog", kept="a.fit", metres=3840.0),
        note("suspect_duplicate", TUE, "a.gpx", other="a.fit", hours=2),
        note("refused", None, "x.fit", code="fit-crc", fault="Cut off.", remedy="Export it again."),
        note("truncated", SAT, "cut.fit", metres=4200.0),
        note("clock", None, None, name="no date.fit"),
        note("zone_assumed", None, None, zone="Europe/Berlin", count=2),
        note(
            "distance_disagrees",
            SAT,
            "a.fit",
            metres=4980.0,
            other_metres=5020.0,
            other_source="track",
        ),
        note("back_to_back", SAT, "a.fit", first_m=2800.0, second_m=2700.0, minutes=4.0),
        note("superseded", None, "strong_old.csv"),
    )
    return week((*all_three(), walk(WED)), (jog(3840.0), far), notes=given)


def with_diary(found: Week, trigger: PainTrigger | None = None) -> Week:
    days = (8 if trigger else 2, None, 0, 3, 10 if trigger else 3, 4, None)
    return dataclasses.replace(found, pain=Pain(days, (None,) * 7, trigger))


def clinic_pages() -> dict[str, bytes]:
    """The clinic page of everybody in the cases, twelve weeks of them, and of somebody new."""
    people = [
        clinic.entry(history(make()[-1], 11), name, shares_pain=True)
        for name, make in GOLDENS.items()
        if make()[-1].calendar.monday == MONDAY
    ]
    people += [
        clinic.entry((), "New", shares_pain=False),
        clinic.entry([on_plan()], "x" * 80, shares_pain=False),
    ]
    return dict(clinic.files(people))


def entry(name: str, outcome: str = "imported", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """One file as `backfour status --json` has it."""
    said = {
        "sha256": hashlib.sha256(name.encode("utf-8", "replace")).hexdigest(),
        "name": name,
        "outcome": outcome,
        "code": None,
        "detail": None,
        "remedy": None,
        "needs_you": False,
        "kind": "fit",
        "parent": None,
        "since": None,
        "first_seen": "2026-11-15T23:30:00+00:00",  # already the 16th in Berlin
    }
    return said | fields


def refused(name: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """A file that could not be read, with what to do about it."""
    said = {"code": "E_CRC", "detail": f"{name} is broken.", "remedy": "Copy it again."}
    return entry(name, "refused", **(said | {"needs_you": True} | fields))


def receipt_of(count: int) -> dict[str, Any]:
    """The page of every file, with so many of each outcome, and names of every length."""
    archive = entry("export.zip", kind="zip")
    found = [archive] if count else []
    for number in range(count):
        name = f"{number}-{'very-long-name' * (number % 9)}.fit"
        found += [
            refused(f"r{name}"),
            refused(f"m{name}", parent=archive["sha256"]),
            refused(f"n{name}", needs_you=False, code="E_NO_ACTIVITY"),
            entry(f"w{name}", "waiting", first_seen=None, since="2026-11-15T10:00:00+00:00"),
            *(
                entry(f"{outcome}{name}", outcome, detail=f"The same bytes as {name}.")
                for outcome in ("imported", "duplicate", "superseded", "ignored")
            ),
        ]
    return receipt(found, label="Alex", zone="Europe/Berlin")


def before(*weeks: Week) -> list[Week]:
    """The weeks, and one on plan before them."""
    return [on_plan(weeks[0].calendar.shift(-1).start), *weeks]


# Each ends with the week that is looked at. The first eleven are the statuses.
STATUSES: dict[str, Callable[[], list[Week]]] = {
    "paused": lambda: [paused("holiday")],
    "on_plan": lambda: [on_plan()],
    "both": lambda: before(both()),
    "over_limit": lambda: before(week(all_three(), (jog(3840.0), jog(5620.4, SAT)))),
    "no_data": lambda: before(week()),
    "incomplete": lambda: before(
        week(no_shrugs(), (jog(3840.0),), last_seen={"shrug": dt.date(2026, 11, 5)})
    ),
    "undecided": lambda: [week(all_three(), (jog(None, WED),))],
    "open_over_limit": lambda: before(
        week(all_three()[:2], (jog(5620.4, WED),), today=THURSDAY_NIGHT)
    ),
    "open_on_plan": lambda: before(week(all_three(), (jog(3840.0),), today=MONDAY.replace(day=13))),
    "open_empty": lambda: before(week(today=MONDAY.replace(day=10))),
    "open": lambda: [week(all_three()[:2], (jog(4996.0),), today=MONDAY.replace(day=13))],
}
VARIANTS: dict[str, Callable[[], list[Week]]] = {
    "exactly_the_limit": lambda: before(week(all_three(), (jog(5000.0, SAT),))),
    "close_to_the_line": lambda: before(close_to_the_line()),
    "several_over": lambda: before(
        week(all_three(), [jog(5100.0 + 200 * day, day) for day in (TUE, WED, FRI, SAT)])
    ),
    "over_and_unknown": lambda: before(week(all_three(), (jog(5620.4), jog(None, SAT)))),
    "missing_and_unknown": lambda: before(week(no_shrugs(), (jog(3840.0), jog(None, SAT)))),
    "several_missing": lambda: before(
        week([each for each in all_three() if each.exercise == "glute_bridge"], (jog(3840.0),))
    ),
    "nothing_but_strength": lambda: before(week(all_three())),
    "twice_a_week": lambda: before(twice_a_week()),
    "only_a_walk": lambda: before(week((walk(WED),))),
    "no_files": lambda: before(no_files()),
    "could_change": lambda: before(
        week(no_shrugs(), (jog(3840.0),), unknown_names=(unknown(candidates=("shrug",)),))
    ),
    "revised": lambda: before(revised()),
    "open_unknown": lambda: before(
        week(all_three(), (jog(None, WED),), today=MONDAY.replace(day=14))
    ),
    "week_53": lambda: before(on_plan(dt.date(2026, 12, 28))),
    "week_1": lambda: before(on_plan(dt.date(2024, 12, 30))),
    "clocks_forward": lambda: before(clocks_change(dt.date(2026, 3, 29), 1, 2)),
    "clocks_back": lambda: before(clocks_change(dt.date(2026, 10, 25), 2, 1)),
    "first_week": lambda: [week(no_shrugs(), (jog(3840.0),))],
    "twelve_weeks": lambda: history(on_plan()),
    "thirty_sessions": lambda: before(thirty_sessions()),
    "five_exercises": lambda: before(five_exercises()),
    "other_limit": lambda: before(other_limit()),
    "every_note": lambda: before(every_note()),
    "pain_diary": lambda: before(with_diary(on_plan())),
    "care_card": lambda: before(with_diary(both(), PainTrigger("single", 8, day=MONDAY))),
}
GOLDENS = STATUSES | VARIANTS


def path_of(weeks: Sequence[Week], kind: str) -> str:
    """Where the newest of some weeks is written."""
    calendar = weeks[-1].calendar
    return f"{calendar.iso_year:04d}/{calendar.id}.{kind}"

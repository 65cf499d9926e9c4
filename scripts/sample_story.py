"""Eight weeks of an invented person, Alex, and what is to be said of them.

The statuses and outcomes here were decided by hand from the rules, not computed: they are what
the tests hold the pipeline against.
"""

import json
from typing import NamedTuple

NOW = "2026-11-16T06:00:00+01:00"
ZONE = "Europe/Berlin"


class Week(NamedTuple):
    """What one week comes to: status, exercises done, number of jogs, and why."""

    status: str
    done: tuple[str, ...]
    jogs: int
    why: str


ALL_FOUR = ("lat_pulldown", "glute_bridge", "shrug", "jog")
WEEKS = {
    "2026-W39": Week(
        "on_plan",
        ALL_FOUR,
        1,
        "Strong has all three exercises, the treadmill run of 3.65 km has no positions but a "
        "distance; the walk of 6.24 km is listed, not judged",
    ),
    "2026-W40": Week(
        "incomplete",
        ("lat_pulldown", "glute_bridge", "jog"),
        1,
        "no shrugs; the jog is a GPX track without a type, known by its name",
    ),
    "2026-W41": Week(
        "incomplete",
        ("glute_bridge", "shrug", "jog"),
        1,
        "“Pull thing” is a name nobody knows, and there are no other lat pulldowns: settle it, "
        "and the week is on plan; one jog was recorded twice, by watch and phone, and counts once",
    ),
    "2026-W42": Week(
        "over_limit", ALL_FOUR, 1, "the jog is exactly 5000.00 m, which is not under 5 km"
    ),
    "2026-W43": Week(
        "on_plan",
        ALL_FOUR,
        1,
        "Hevy from here on; the only jog starts on Sunday at 23:30, a day of 25 hours, and ends "
        "on Monday: it belongs to Sunday",
    ),
    "2026-W44": Week("no_data", (), 0, "no files"),
    "2026-W45": Week(
        "undecided",
        ALL_FOUR,
        1,
        "strength was recorded by the watch alone; the recording of the jog is cut off after "
        "2.9 km, so nobody knows whether it stayed under 5 km",
    ),
    "2026-W46": Week(
        "over_limit",
        ALL_FOUR,
        2,
        "Saturday’s jog was 5.62 km by the watch, 5.58 km along its track; Tuesday’s was 4.13 km",
    ),
}
FILES = {
    "2026-09-24-183210.fit": ("imported", "treadmill run, 3.65 km, no positions"),
    "2026-09-27-150412.fit": ("imported", "walk, 6.24 km"),
    "2026-10-08-071455.fit": ("imported", "jog, 4.46 km"),
    "2026-10-17-093011.fit": ("imported", "jog, 5000.00 m"),
    "2026-10-25-233004.fit": ("imported", "jog on Sunday night, 4.38 km"),
    "2026-11-04-181207.fit": ("imported", "strength, sets chosen on the watch"),
    "2026-11-07-103218.fit": ("imported", "jog of 4.85 km, cut off at 58 % of the file"),
    "2026-11-14-081203.fit": ("imported", "jog, 5.62 km"),
    "Abendlauf.gpx": ("imported", "jog, 3.92 km, a track without a type"),
    "Morning_Run.gpx": ("imported", "jog, 4.13 km"),
    "Morning_Run (1).gpx": ("duplicate", "the same bytes as Morning_Run.gpx"),
    "activity_20481137265.gpx": ("imported", "the jog of 8 October again, as the phone saw it"),
    "damaged.fit": ("refused", "40 bytes: a header, then garbage"),
    "strong.csv": ("superseded", "Strong, exported on 4 October: weeks 39 and 40"),
    "strong (1).csv": ("imported", "Strong, exported on 18 October: weeks 39 to 42"),
    "workout_data.csv": ("imported", "Hevy, kilograms: weeks 43 and 46"),
    "pain.csv": ("imported", "a pain diary: weeks 44 to 46"),
}


README = """\
# Sample data

Eight weeks of a person who does not exist: Alex, in Berlin, 21 September to 15 November 2026.
Every file is made by `python scripts/make_sample_data.py`, with the same bytes each time.
The tracks are loops drawn around a public park.
`inbox/` is what Alex dropped.
`expected.json` is what is to come out of it at {now} in {zone}.

## Weeks

| week | status | why |
|---|---|---|
{weeks}

## Files

| file | outcome | what it is |
|---|---|---|
{files}

Of two files with the same bytes, the one read first is imported and the other is the duplicate.
Here the plain name comes first.
"""


def expected_json() -> bytes:
    """Return the expectations: `now`, `zone`, and by week and file what is to come out."""
    expected = {
        "now": NOW,
        "zone": ZONE,
        "weeks": {week: known.status for week, known in WEEKS.items()},
        "done": {week: list(known.done) for week, known in WEEKS.items()},
        "jogs": {week: known.jogs for week, known in WEEKS.items()},
        "files": {name: outcome for name, (outcome, _) in FILES.items()},
    }
    return (json.dumps(expected, indent=2, ensure_ascii=False) + "\n").encode()


def readme() -> bytes:
    """Return the page that says what is in the folder, in Markdown."""
    weeks = [f"| {week} | `{known.status}` | {known.why} |" for week, known in WEEKS.items()]
    files = [f"| `{name}` | {outcome} | {what} |" for name, (outcome, what) in FILES.items()]
    page = README.format(now=NOW, zone=ZONE, weeks="\n".join(weeks), files="\n".join(files))
    return page.encode()

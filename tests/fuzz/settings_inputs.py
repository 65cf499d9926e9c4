"""Settings whose keys, types, zones, days and words are changed."""

import random

from tests.fuzz.mutation import mutated

WHOLE = """\
week_start = "monday"
settle_seconds = 2
schedule = "0 3 * * *"
link_originals = true
file_names = "plain"
readers = "own"

[people.me]
label = "Alex"
zone = "Europe/Berlin"
pauses = [{ from = 2026-08-01, to = 2026-08-16, reason = "holiday" }]

[people.ann]
zone = "America/New_York"
names = { "Pull thing" = "lat_pulldown" }

[names]
"Shrugs" = "shrug"

[activities]
"5328bba9" = "jog"

[notify]
smtp_host = "smtp.example.org"
smtp_port = 587
smtp_user = "alex"
from = "backfour@example.org"
to = "alex@example.org"
tls = true
urls = ["ntfy://topic"]
detail = "status"
nudge = false

[report]
pdf = false
show_pain_notes = true

[report.care]
enabled = true
single = 8
level = 5
days = 4
median = 4.5
weeks = 6
entries = 3
text = "Ask first."
urgent = "Ring."

[clinic]
page = true

[[programme]]
from = 2026-09-07
limit_m = 5000
exercises = ["lat_pulldown", "jog", { id = "plank", name = "Planks", names = ["P"] }]
"""
VALUES = (
    *("true", "false", "0", "-1", "1", "99", "100", "1e3", "inf", "-inf", "nan", "1_000", "0x10"),
    *('""', '"x"', '"\\u202e\\u0007"', "'''a\nb'''", "[]", "[[]]", "{}", "[{}]", '{ "a" = 1 }'),
    *("2026-09-07", "0001-01-01", "9999-12-31", "2026-02-30", "2026-09-07T00:00:00Z", "25:61:00"),
    *('"Europe/Berlin"', '"Europe"', '"posix/UTC"', '"../../etc/passwd"', '"UTC"', '"Etc/GMT+14"'),
    *(
        '"America/Argentina/"',
        '"Europe/\\u0000"',
        '"Europe/' + "x" * 300 + '"',
        '"monday"',
        '"sunday"',
    ),
    *('"* * * * *"', '"a b c d e"', '"jog"', '"none"', '"other"', '"lat_pulldown"', '"own"'),
    *(
        "9" * 5_000,
        "0x" + "f" * 5_000,
        "1e" + "9" * 400,
        "[" * 400 + "]" * 400,
        '"' + "y" * 5_000 + '"',
    ),
    *("{ from = 2026-09-01, to = 2026-08-01 }", '["jog", "jog"]', '[{ id = "x y" }]', "2026-13-01"),
    *('"\\U0010FFFF"', '"\\uD800"', '"日本"', '"e\\u0301"', '"<b>"', "''", '"\\q"'),
)
KEYS = (
    *(
        "week_start",
        "settle_seconds",
        "schedule",
        "programme",
        "people",
        "names",
        "activities",
        "zone",
    ),
    *(
        "label",
        "pauses",
        "people.me.zone",
        "people.x.zone",
        '"\\n"',
        '"\\u202e"',
        "from",
        "limit_m",
        "odd",
    ),
    *(
        "exercises",
        "readers",
        "file_names",
        "link_originals",
        "people.me",
        '"' + "k" * 300 + '"',
        "__class__",
    ),
)
HEADS = (
    *(
        "[people]",
        "[[people]]",
        "[people.me]",
        "[people.UPPER]",
        '[people."a b"]',
        "[[programme]]",
        "[names]",
    ),
    *("[programme]", "[activities]", "[a.b.c]", "[people.me.names]", "[people.ann.x]", "[", "]"),
)


def text(rng: random.Random) -> bytes:
    """Return a `backfour.toml`."""
    lines = WHOLE.splitlines()
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        place = rng.randrange(len(lines))
        choice = rng.randrange(6)
        if choice in {0, 1} and "=" in lines[place]:
            lines[place] = f"{lines[place].partition('=')[0]}= {rng.choice(VALUES)}"
        elif choice in {2, 3}:
            lines.insert(place, f"{rng.choice(KEYS)} = {rng.choice(VALUES)}")
        elif choice == 4:
            lines.insert(place, rng.choice(HEADS))
        else:
            lines.pop(place)
        if not lines:
            break
    made = "\n".join(lines).encode("utf-8", "replace")
    return mutated(rng, made, (), TOKENS) if rng.random() < 0.3 else made


TOKENS = tuple(
    each.encode("utf-8", "replace")
    for each in (
        "=",
        '"',
        "'''",
        '"""',
        "[",
        "]",
        "{",
        "}",
        ".",
        ",",
        "\n",
        "#",
        "\0",
        *KEYS,
        *HEADS,
        *VALUES,
    )
)

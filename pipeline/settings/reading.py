"""Reading `backfour.toml`, and writing a new one."""

import re
import tomllib
from collections.abc import Mapping

from pipeline.calendar import MONDAY
from pipeline.errors import SettingsError
from pipeline.settings import reports
from pipeline.settings.checks import (
    Table,
    as_list,
    boolean,
    cron,
    date,
    identifier,
    number,
    one_of,
    scheduler,
    text,
    wrong,
    zone,
)
from pipeline.settings.notify import address, notify, urls
from pipeline.settings.programmes import programmes
from pipeline.settings.values import ACTIVITY_WORDS, ENGINES, Notify, Pause, Person, Settings

PERSON_ID = re.compile(r"[a-z0-9-]{1,40}")
LABEL_CHARS = 80


def parse(text: str) -> Settings:
    """Read the text of `backfour.toml`; raises SettingsError with one line that says it all."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # a number of 5,000 digits is a bare ValueError
        message = f"backfour.toml is not valid TOML: {fault}"
        raise SettingsError(message) from fault
    check = Table("", table)
    names = check.take("names", _names, {})
    settings = Settings(
        people=check.take("people", lambda key, value: _people(key, value, names), ()),
        week_start=check.take("week_start", one_of("monday", "sunday"), MONDAY),
        settle_seconds=check.take("settle_seconds", number(0, 3600), None),
        schedule=check.take("schedule", cron, "0 3 * * *"),
        programmes=check.take("programme", programmes, ()),
        activities=check.take("activities", _activities, {}),
        link_originals=check.take("link_originals", boolean, default=True),
        file_names=check.take("file_names", one_of("plain", "hash"), "plain"),
        readers=check.take("readers", one_of("own", "reference"), "own"),
        allow_network_storage=check.take("allow_network_storage", boolean, default=False),
        after_import=check.take("after_import", one_of("keep", "remove"), "keep"),
        **check.take("report", reports.settings, {}),
        clinic_page=check.take("clinic", reports.clinic, default=False),
        notify=check.take("notify", notify, Notify()),
        engine=check.take("engine", one_of(*ENGINES), "local"),
        dask_address=check.take("dask_address", scheduler, None),
    )
    check.finish()
    if settings.dask_address and settings.engine != "dask":
        path = "dask_address"
        allowed = f'for engine = {quoted(settings.engine)}; write engine = "dask", or remove it'
        raise wrong(path, settings.dask_address, allowed)
    if not settings.people:
        message = "backfour.toml names nobody; add [people.me] with a label and a zone"
        raise SettingsError(message)
    for person in settings.people:
        if person.notify_to and settings.notify.smtp_host is None:
            message = f"backfour.toml: people.{person.id}.notify_to needs notify.smtp_host"
            raise SettingsError(message)
    return settings


def write(label: str, zone: str) -> str:
    """Return a commented `backfour.toml` for one person, who gets the id `me`."""
    return f"""\
# Backfour: who is here, and where their days begin and end.

# What was imported may leave the inbox, once its bytes are kept for good; "keep" is the default.
# after_import = "remove"

[people.me]
label = {quoted(label)}
zone = {quoted(zone)}                  # an IANA name; jogs and sets without a zone are read in it
# pauses = [{{ from = 2026-08-01, to = 2026-08-16, reason = "holiday" }}]
# notify_to = "sam@example.org"   # told here, instead of where everybody is ([notify])
# units = "mi"                    # miles beside the kilometres; the limit stays in metres

# What an exercise of yours is, when Backfour does not know its name.
# One of "lat_pulldown", "glute_bridge", "shrug", or "none".
[names]
# "Pull thing" = "lat_pulldown"

# What a recording was, when its file does not say: the first digits of its SHA-256 as the page
# shows them, and "jog", "other", or "copy" of another jog. `backfour settle` writes it here.
[activities]
# "5328bba9" = "jog"

# [report]
# pdf = true                      # a PDF beside each week's page; pip install "backfour[pdf]"
# show_pain_notes = true          # what a pain diary notes, on the page; else its scores alone
#
# When a pain diary asks to see somebody about it: every number and text is yours to set.
# [report.care]
# enabled = true
# single = 8                      # a score of 8 or more on any day
# level = 5                       # or 5 or more
# days = 4                        # ... on 4 days of the week
# median = 4                      # or a median of 4 or more
# weeks = 6                       # ... in 6 weeks running, each with 3 entries

# One page for a clinic: only people with share_with_clinic = true, their pain only with
# share_pain = true.
# [clinic]
# page = true

# The programme, if yours differs from the usual four and 5 km.
# [[programme]]
# from = 2026-09-07               # a Monday; weeks before it keep what was asked of them then
# limit_m = 5000
# exercises = ["lat_pulldown", "glute_bridge", "shrug", "jog",
#              {{ id = "plank", name = "Planks", names = ["Plank", "Front Plank"] }}]
# [[people.me.programme]] is one of your own, instead of this one.

# A message when a week has closed. The password is read from BACKFOUR_SMTP_PASSWORD.
# [notify]
# smtp_host = "smtp.example.org"
# from = "backfour@example.org"
# to = "alex@example.org"
"""


def quoted(text: str) -> str:
    """Write a TOML basic string."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(
            escapes.get(sign, sign if sign.isprintable() else f"\\U{ord(sign):08X}")
            for sign in text.encode("utf-8", "replace").decode()  # no half of a character
        )
        + '"'
    )


def _people(path: str, value: object, names: Mapping[str, str]) -> tuple[Person, ...]:
    if isinstance(value, list):
        raise wrong(path, value, f"a table; write [{path}.me], in one bracket")
    table = Table(path, value)
    return tuple(
        _person(f"{path}.{key}", key, table.left[key], names) for key in sorted(table.left)
    )


def _person(path: str, person_id: str, value: object, names: Mapping[str, str]) -> Person:
    if not PERSON_ID.fullmatch(person_id):
        raise wrong(path, person_id, "an id: 1 to 40 of a-z, 0-9 and -")
    table = Table(path, value)
    person = Person(
        id=person_id,
        label=table.take("label", text(LABEL_CHARS), person_id),
        zone=table.take("zone", zone, ""),
        pauses=table.take("pauses", _pauses, ()),
        names={**names, **table.take("names", _names, {})},
        units=table.take("units", one_of("km", "mi"), "km"),
        share_with_clinic=table.take("share_with_clinic", boolean, default=False),
        share_pain=table.take("share_pain", boolean, default=False),
        notify_to=table.take("notify_to", address, None),
        notify_urls=table.take("notify_urls", urls, ()),
        programmes=table.take("programme", programmes, ()),
    )
    table.finish()
    if not person.zone:
        message = f"backfour.toml: {path}.zone is missing; use a name such as Europe/Berlin"
        raise SettingsError(message)
    return person


def _pauses(path: str, value: object) -> tuple[Pause, ...]:
    pauses = []
    for index, item in enumerate(as_list(path, value)):
        place = f"{path}[{index}]"
        table = Table(place, item)
        first = table.take("from", date, None)
        last = table.take("to", date, None)
        reason = table.take("reason", text(200), "pause")
        table.finish()
        if first is None or last is None or last < first:
            raise wrong(place, item, "a pause: it needs from and to, in this order")
        pauses.append(Pause(first, last, reason))
    return tuple(pauses)


def _names(path: str, value: object) -> dict[str, str]:
    table = Table(path, value)
    return {key: identifier(f'{path}."{key}"', exercise) for key, exercise in table.left.items()}


def _activities(path: str, value: object) -> dict[str, str]:
    """Read what unlabelled recordings were: the first digits of a file's SHA-256, and a word."""
    table = Table(path, value)
    for key, word in table.left.items():
        if not re.fullmatch(r"[0-9a-f]{8,64}", key):
            raise wrong(path, key, "the first 8 or more digits of a file's SHA-256")
        one_of(*ACTIVITY_WORDS)(f'{path}."{key}"', word)
    return dict(table.left)

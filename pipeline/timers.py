"""Ready-made lines for cron and systemd, filled in with the paths of this installation.

Only text: nothing is installed. The schedule is the one of `backfour.toml`, five fields of cron.
"""

import itertools
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SettingsError

FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))  # minute, hour, day, month, day of the week
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
UNITS = "${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user"
WHAT = "import what is new, judge the week, write the report"


@dataclass(frozen=True)
class Installation:
    """Whom the lines are for: how the command is called, on which home, and when.

    `machine_zone` names the machine's own zone if its clock differs from `zone`, else is empty.
    """

    command: tuple[str, ...]
    home: Path
    schedule: str
    zone: str
    user: str
    machine_zone: str = ""

    def call(self, *arguments: str) -> list[str]:
        """Return the words of one call of the command."""
        return [*self.command, *arguments, "--home", str(self.home)]


def cron(here: Installation) -> str:
    """Return what `crontab -e` is given: what is wrong is mailed, the rest is in a file."""
    log = shlex.quote(str(here.home / "nightly.log"))
    line = f"{shlex.join(here.call('run', '--direct'))} > {log}"
    return "\n".join(
        [
            f"# Backfour: {WHAT}. Add this with: crontab -e",
            *(_other_zone(here) if here.machine_zone else ()),
            "# What goes wrong is mailed to you; what the last run did is in nightly.log.",
            f"MAILTO={here.user}",
            f"{here.schedule} {line.replace('%', chr(92) + '%')}",  # to cron a bare % ends the line
        ]
    )


def systemd(here: Installation) -> str:
    """Return a script that writes a service and its timer, for systemd's user manager.

    Raises SettingsError for a schedule that systemd has no words for.
    """
    times = [f"OnCalendar={each} {here.zone}" for each in calendar_events(here.schedule)]
    timer = [
        *("[Unit]", f"Description=Backfour by night, {here.schedule} in {here.zone}", ""),
        *("[Timer]", *times),
        "# A night that the machine was off or asleep is made up for, once.",
        *("Persistent=true", "", "[Install]", "WantedBy=timers.target"),
    ]
    service = _service(here, "run", "--direct", kind="oneshot", is_lasting=False)
    return _script(
        "systemd", {"backfour.service": service, "backfour.timer": timer}, "backfour.timer"
    )


def watch(here: Installation) -> str:
    """Return a script that writes a service which watches the inbox, for the user manager."""
    service = _service(here, "watch", kind="exec", is_lasting=True)
    return _script("watch", {"backfour-watch.service": service}, "backfour-watch.service")


def calendar_events(schedule: str) -> list[str]:
    """Return a cron line as systemd's calendar events, without a zone; raises SettingsError.

    Two of them where cron takes either of a day of the month and a day of the week.
    """
    try:
        minute, hour, day, month, weekday = itertools.starmap(
            _numbers, zip(schedule.lower().split(), FIELDS, strict=True)
        )
    except ValueError as fault:
        message = (
            f"backfour.toml: schedule = {schedule!r} is more than numbers, lists, ranges and"
            " steps; write OnCalendar= yourself, see man systemd.time"
        )
        raise SettingsError(message) from fault
    at = f"{_listed(hour, FIELDS[1])}:{_listed(minute, FIELDS[0])}:00"
    months, days = _listed(month, FIELDS[3]), _listed(day, FIELDS[2])
    among = sorted({number % 7 for number in weekday})
    names = ",".join(DAYS[number].capitalize() for number in among) + " "
    by_weekday = names if len(among) < len(DAYS) - 1 else ""
    if any(schedule.split()[place].startswith("*") for place in (2, 4)):
        return [f"{by_weekday}*-{months}-{days} {at}"]
    return [f"*-{months}-{days} {at}", f"{by_weekday}*-{months}-* {at}"]


def _numbers(field: str, limits: tuple[int, int]) -> list[int]:
    """Return the numbers a field of cron stands for; raises ValueError."""
    low, high = limits
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = ("", "", "") if span == "*" else span.partition("-")
        begin = _number(first, limits) if first else low
        end = _number(last, limits) if last else begin if first and not step else high
        if (span != "*" and not first) or (step and int(step) < 1) or begin > end:
            raise ValueError(part)
        found.update(range(begin, end + 1, int(step or 1)))
    return sorted(found)


def _number(word: str, limits: tuple[int, int]) -> int:
    names = {FIELDS[3]: ("", *MONTHS), FIELDS[4]: DAYS}.get(limits, ())
    number = names.index(word) if word in names else int(word)
    if not limits[0] <= number <= limits[1]:
        raise ValueError(word)
    return number


def _listed(numbers: Sequence[int], limits: tuple[int, int]) -> str:
    low, high = limits
    is_all = len(numbers) == high - low + 1
    return "*" if is_all else ",".join(f"{number:02d}" for number in numbers)


def _other_zone(here: Installation) -> list[str]:
    machine, zone = here.machine_zone, here.zone
    return [
        f"# cron reads the hour in this machine's zone, {machine}, not in {zone}. Change it, or",
        "# where your cron knows CRON_TZ (cronie does, Debian's does not), use this line:",
        f"# CRON_TZ={zone}",
    ]


def _service(here: Installation, *arguments: str, kind: str, is_lasting: bool) -> list[str]:
    program, *words = here.call(*arguments)
    start = " ".join([_quoted(program), *(_quoted(each).replace("$", "$$") for each in words)])
    lasting = ["Restart=on-failure", "RestartSec=60", "", "[Install]", "WantedBy=default.target"]
    return [
        *("[Unit]", f"Description=Backfour: {WHAT}", ""),
        *("[Service]", f"Type={kind}", f"ExecStart={start}"),
        "# 75: another run is at work, which is no failure.",
        *("SuccessExitStatus=75", "UMask=0077", "Nice=10"),
        "# A password of a mail server, say; nothing is wrong where this file is not.",
        "EnvironmentFile=-%h/.config/backfour.env",
        "# Only the run is told to stop: it ends the children that read files.",
        *("KillMode=mixed", *(lasting if is_lasting else ())),
    ]


def _quoted(word: str) -> str:
    """Quote a word for systemd, which has escapes and specifiers of its own."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _script(printed: str, units: dict[str, list[str]], enabled: str) -> str:
    """Return a shell script that writes units and tells what to do then."""
    lines = [
        f"# Read it, then: backfour schedule --print {printed} | sh",
        f'mkdir -p "{UNITS}"',
    ]
    for name, unit in units.items():
        lines += [f"cat > \"{UNITS}/{name}\" <<'END'", *unit, "END"]
    return "\n".join(
        [
            *lines,
            f"# Then: systemctl --user daemon-reload && systemctl --user enable --now {enabled}",
            "# and, to run also while you are not logged in: loginctl enable-linger",
            f"# What it said: journalctl --user -u {enabled.replace('.timer', '.service')}",
        ]
    )

"""Whether an installation can keep its promises: looked at from outside, and nothing changed.

Each check is a small function that yields findings. What is probed on the disk is probed in a
folder of its own, which is removed again.
"""

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator

from pipeline.doctor import folders, kept, machine, messages, probes
from pipeline.doctor.findings import Finding, Level, ok, wrong
from pipeline.errors import SettingsError
from pipeline.home import Home
from pipeline.settings import Settings

__all__ = ["Finding", "Level", "examine"]


def examine(
    home: Home,
    clock_s: float,
    person_id: str | None = None,
    *,
    is_deep: bool = False,
    sends_test: bool = False,
) -> Iterator[Finding]:
    """Yield what is found, of one person or of everybody.

    `clock_s` is the machine's clock; `is_deep` reads every original, `sends_test` sends a message
    to whoever is told of closed weeks. Raises SettingsError for a person who is not there.
    """
    yield from machine.examine()
    if not home.settings_file.exists():
        yield wrong("settings", "are not there", home.settings_file, "run backfour init")
        return
    checked, fault = _settings(home)
    yield fault or ok("settings", "say what is allowed", home.settings_file)
    if checked is not None and checked.report_pdf:
        yield machine.of_typst(machine.installed("typst"))
    yield from _careful("folders", lambda: folders.examine(home, checked))
    yield from _careful("disk", lambda: probes.examine(home))
    if checked is None:
        return
    for person in [checked.person(person_id)] if person_id else checked.people:
        found = functools.partial(kept.examine, home, checked, person, clock_s, is_deep=is_deep)
        yield from _careful(person.id, found)
        if sends_test:
            yield from messages.examine(checked, person, dt.datetime.fromtimestamp(clock_s, dt.UTC))


def _settings(home: Home) -> tuple[Settings | None, Finding | None]:
    try:
        return home.written(), None
    except SettingsError as fault:
        said = re.sub(r"^backfour\.toml: ", "", str(fault))
        return None, wrong("settings", said, home.settings_file, "mend it with an editor")
    except OSError as fault:
        return None, _unreadable("settings", fault)


def _careful(check: str, findings: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Let no folder that cannot be read hide what the other checks find."""
    try:
        yield from findings()
    except OSError as fault:
        yield _unreadable(check, fault)


def _unreadable(check: str, fault: OSError) -> Finding:
    said = f"could not be checked ({fault.strerror})"
    return wrong(check, said, fault.filename or "the disk", "see who may read it, and the disk")

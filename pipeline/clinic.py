"""The clinic page on disk: an entry kept beside each person's readings, and the page of them all.

Each person's run writes only that person's entry, so runs for several people need not know each
other; the page is made of whatever entries there are. Who no longer agrees has no entry.
"""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from pipeline.disk import replace_if_different
from pipeline.home import Home
from pipeline.report import clinic
from pipeline.settings import Person, Settings
from pipeline.week import Week

ENTRY = "clinic.json"
PAGES = re.compile(r"clinic(?:-\d+)?\.(?:html|csv)")


def note(home: Home, checked: Settings, person: Person, weeks: Sequence[Week]) -> None:
    """Keep what the clinic may see of one person; nothing of somebody who does not share."""
    file = home.library(person).folder / ENTRY
    if not (checked.clinic_page and person.share_with_clinic):
        if file.exists():
            home.disk.unlink(file)
        return
    entry = clinic.entry(weeks, person.label, shares_pain=person.share_pain)
    replace_if_different(home.disk, file, json.dumps(entry, sort_keys=True).encode())


def write(home: Home, checked: Settings) -> int:
    """Write the page of all who share, where its bytes differ; returns how many files did.

    Pages that are not wanted any more go: the switch was turned off, or there are fewer people.
    """
    found = dict(clinic.files(_entries(home, checked))) if checked.clinic_page else {}
    written = sum(
        replace_if_different(home.disk, home.reports / name, content)
        for name, content in found.items()
    )
    _remove(home, kept=found)
    return written


def forget(home: Home) -> None:
    """Remove the page: somebody on it is to be forgotten, and the next run writes it anew."""
    _remove(home)


def _remove(home: Home, kept: Collection[str] = ()) -> None:
    if home.reports.is_dir():
        for path in sorted(home.reports.iterdir()):
            if PAGES.fullmatch(path.name) and path.name not in kept:
                home.disk.unlink(path)


def _entries(home: Home, checked: Settings) -> list[dict[str, Any]]:
    found = []
    for person in checked.people:
        if person.share_with_clinic and not home.erased(person.id):
            try:
                said = json.loads((home.library(person).folder / ENTRY).read_bytes())
            except (FileNotFoundError, ValueError):
                continue  # no run yet
            found.append(said)
    return found

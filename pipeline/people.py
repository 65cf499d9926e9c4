"""The people of an installation: who there is, adding somebody, another label for somebody.

`backfour.toml` is changed in place, so that comments and the order of lines stay, and only after
the changed text was read and checked as every run reads it.
"""

from dataclasses import replace
from typing import Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable

from pipeline import settings
from pipeline.disk import rewrite
from pipeline.errors import SettingsError
from pipeline.home import Home
from pipeline.programme import prescriptions
from pipeline.settings import PERSON_ID, Person, Settings, on_one_line, quoted


def listed(home: Home) -> list[dict[str, Any]]:
    """List everybody in the settings: id, label, zone, where their files are dropped, erased."""
    return [
        {
            "id": person.id,
            "label": person.label,
            "zone": person.zone,
            "units": person.units,
            "inbox": str(home.inbox / person.id),
            "own_programme": bool(person.programmes),
            "share_with_clinic": person.share_with_clinic,
            "share_pain": person.share_pain,
            "erased": home.erased(person.id),
        }
        for person in home.settings().people
    ]


def add(home: Home, person_id: str, label: str | None, zone: str | None) -> Person:
    """Add somebody to the settings, and make their inbox; the zone is that of the first person.

    Raises SettingsError, and writes nothing, for an id that is taken or wrong, and for somebody
    who was erased.
    """
    before = home.settings()
    if not PERSON_ID.fullmatch(person_id):
        message = f"{on_one_line(person_id)!r} is no id; use 1 to 40 of a-z, 0-9 and -"
        raise SettingsError(message)
    if any(person.id == person_id for person in before.people):
        message = f"there is a person {person_id!r} already; backfour people rename changes a label"
        raise SettingsError(message)
    if day := home.erased(person_id):
        message = f"{person_id} was erased on {day}; backfour erase {person_id} --undo lifts it"
        raise SettingsError(message)
    said = {"label": label or person_id, "zone": zone or before.people[0].zone}
    text = _text(home)
    after = _changed(_with(text, person_id, said))
    if replace(after, people=_others(after, person_id)) != before:
        raise _by_hand(person_id)
    rewrite(home.disk, home.settings_file, _with(text, person_id, said).encode())
    home.disk.new_folder(home.inbox / person_id)
    return after.person(person_id)


def rename(home: Home, person_id: str, label: str) -> bool:
    """Give somebody another label; returns False, having written nothing, if it is the same.

    The id stays: folders and reports are named by it. Raises SettingsError, and writes nothing.
    """
    before = home.settings()
    person = before.person(person_id)
    if person.label == label:
        return False
    try:
        document = tomlkit.parse(_text(home))
        cast("Any", document)["people"][person_id]["label"] = tomlkit.value(quoted(label))
        text = tomlkit.dumps(document)
    except TOMLKitError as fault:
        raise _by_hand(person_id) from fault
    after = _changed(text)
    wanted = sorted(
        (*_others(before, person_id), replace(person, label=label)), key=lambda each: each.id
    )
    if after != replace(before, people=tuple(wanted)):
        raise _by_hand(person_id)
    rewrite(home.disk, home.settings_file, text.encode())
    return True


def _text(home: Home) -> str:
    return home.settings_file.read_bytes().decode()


def _with(text: str, person_id: str, said: dict[str, str]) -> str:
    """Return the settings with one person more, in the form the others have."""
    newline = "\r\n" if "\r\n" in text else "\n"
    try:
        document = tomlkit.parse(text)
        people = cast("Any", document)["people"]
        if isinstance(people, InlineTable):
            people[person_id] = tomlkit.inline_table()
            people[person_id].update(said)
            return tomlkit.dumps(document)
    except TOMLKitError as fault:
        raise _by_hand(person_id) from fault
    lines = (f"[people.{person_id}]", *(f"{key} = {quoted(value)}" for key, value in said.items()))
    end = "" if text.endswith("\n") else newline
    return f"{text}{end}{newline}{newline.join(lines)}{newline}"


def _changed(text: str) -> Settings:
    checked = settings.parse(text)
    prescriptions.check(checked)
    return checked


def _others(checked: Settings, person_id: str) -> tuple[Person, ...]:
    return tuple(person for person in checked.people if person.id != person_id)


def _by_hand(person_id: str) -> SettingsError:
    message = f"backfour.toml: [people.{person_id}] cannot be written here; use an editor"
    return SettingsError(message)

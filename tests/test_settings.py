import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.settings import parse, write

ME = '[people.me]\nzone = "Europe/Berlin"\n'


def test_what_init_writes_parses_back() -> None:
    (person,) = parse(write("Alex", "Europe/Berlin")).people

    assert (person.id, person.label, person.zone) == ("me", "Alex", "Europe/Berlin")


@given(st.text(min_size=1, max_size=80))
def test_any_label_of_80_characters_parses_back(label: str) -> None:
    (person,) = parse(write(label, "UTC")).people

    assert person.label == label.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    "label", ['"', "\\", '"""', "a\nb", "\r\t\0\x1b\x7f", "é\u202e\u2028", "]\n[x]", "\U0001f9b4"]
)
def test_hostile_labels_parse_back(label: str) -> None:
    assert parse(write(label, "UTC")).people[0].label == label


@pytest.mark.parametrize(
    ("text", "key", "value", "allowed"),
    [
        ('week_start = "friday"', "week_start", "'friday'", "'monday' or 'sunday'"),
        ("settle_seconds = -1", "settle_seconds", "-1", "a number from 0 to 3600"),
        ("settle_seconds = true", "settle_seconds", "True", "a number from 0 to 3600"),
        ("settle_seconds = nan", "settle_seconds", "nan", "a number from 0 to 3600"),
        ('schedule = "daily"', "schedule", "'daily'", "a cron line"),
        ('link_originals = "yes"', "link_originals", "'yes'", "true or false"),
        ('file_names = "none"', "file_names", "'none'", "'plain' or 'hash'"),
        ("wek_start = 1", "wek_start", "1", "a setting; remove it or mend its name"),
        ('names = {"Pull" = "Lat!"}', 'names."Pull"', "'Lat!'", "an id: a-z, 0-9 and _"),
        ('activities = {"xyz" = "jog"}', "activities", "'xyz'", "first 8 or more digits"),
        (
            'activities = {"5328bba9" = "run"}',
            'activities."5328bba9"',
            "'run'",
            "'jog' or 'other' or 'copy'",
        ),
        ("programme = 5", "programme", "5", "a list"),
        ("programme = [1]", "programme[0]", "1", "a table"),
        ("programme = [{limit_m = 99}]", "programme[0].limit_m", "99", "from 100 to 1000000"),
        ("programme = [{from = '2026-09-07'}]", "programme[0].from", "'2026-09-07'", "a date"),
        ("programme = [{exercises = ['a', 'a']}]", "programme[0].exercises", "a", "different"),
        ("programme = [{exercises = [{}]}]", "programme[0].exercises[0]", "{}", "needs an id"),
        (
            "programme = [{exercises = [{id = 'a', sessions_per_week = 0}]}]",
            "programme[0].exercises[0].sessions_per_week",
            "0",
            "a whole number from 1 to 99",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(
    text: str, key: str, value: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(f"{text}\n{ME}")

    message = str(raised.value)
    assert message.startswith("backfour.toml: ")
    assert key in message
    assert value in message
    assert allowed in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("person", "key", "said"),
    [
        ("[people.Alex]\nzone = 'UTC'", "people.Alex", "1 to 40 of a-z, 0-9 and -"),
        ("[people.me]", "people.me.zone", "is missing; use a name such as Europe/Berlin"),
        ("[people.me]\nzone = 'Berlin'", "people.me.zone", "'Berlin' is not a time zone"),
        ("[people.me]\nzone = '../UTC'", "people.me.zone", "'../UTC' is not a time zone"),
        ("[people.me]\nzone = 'Europe'", "people.me.zone", "'Europe' is not a time zone"),
        ("[people.me]\nzone = 5", "people.me.zone", "5 is not a time zone"),
        (ME + "label = ''", "people.me.label", "a text of 1 to 80 characters"),
        (ME + f"label = '{'x' * 81}'", "people.me.label", "a text of 1 to 80 characters"),
        (ME + "pauses = [{from = 2026-08-16, to = 2026-08-15}]", "pauses[0]", "in this order"),
        (ME + "pauses = [{from = 2026-08-16}]", "pauses[0]", "needs from and to"),
        (ME + "colour = 1", "people.me.colour", "1 is not a setting"),
        ("[people]\nme = 1", "people.me", "1 is not a table"),
        ("", "names nobody", "add [people.me]"),
        ("[people.me\nzone", "not valid TOML", "line 1"),
    ],
)
def test_a_wrong_person_is_named_with_what_is_missing(person: str, key: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(person)

    assert key in str(raised.value)
    assert said in str(raised.value)


def test_a_person_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"no person 'bob' in backfour\.toml; there is me"):
        parse(ME).person("bob")


def test_a_person_s_own_names_go_before_those_of_all() -> None:
    text = 'names = {A = "shrug", B = "shrug"}\n' + ME + 'names = {A = "none"}'

    assert parse(text).people[0].names == {"A": "none", "B": "shrug"}


def test_a_pause_of_one_day_is_a_pause_and_programmes_are_sorted_by_day() -> None:
    text = "programme = [{from = 2026-09-07, limit_m = 4000}, {limit_m = 3000}]\n" + ME
    text += "pauses = [{from = 2026-08-16, to = 2026-08-16}]"

    found = parse(text)

    assert found.people[0].pauses[0].last == dt.date(2026, 8, 16)
    assert [entry.limit_m for entry in found.programmes] == [3000.0, 4000.0]

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


def test_a_cluster_is_for_dask_alone() -> None:
    address = 'dask_address = "tls://[::1]:8786"\n'

    assert parse(f'engine = "dask"\n{address}{ME}').dask_address == "tls://[::1]:8786"
    with pytest.raises(SettingsError, match='is not for engine = "processes"; write engine = "da'):
        parse(f'engine = "processes"\n{address}{ME}')


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

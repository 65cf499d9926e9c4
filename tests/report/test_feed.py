import datetime as dt
import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import Options, content, render
from pipeline.report.feed import feed
from pipeline.week import Status, Week

from .cases import GOLDENS, HOSTILE, OPTIONS, hostile_week
from .test_digest import TRIGGER
from .weeks import MONDAY, both, history, judgement, on_plan, week

Golden = Callable[[str, str], None]
ATOM = "{http://www.w3.org/2005/Atom}"


def written(weeks: Sequence[Week], options: Options = OPTIONS) -> str:
    return dict(render(weeks, options=options))["feed.xml"].decode()


def entries(text: str) -> list[ET.Element]:
    return ET.fromstring(text).findall(f"{ATOM}entry")  # noqa: S314 - our own


def texts(entry: ET.Element) -> dict[str, str]:
    return {each.tag.removeprefix(ATOM): each.text or "" for each in entry}


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_a_feed_is_written_as_in_its_golden(name: str, matches_golden: Golden) -> None:
    matches_golden(written(GOLDENS[name]()), f"{name}.feed.xml")


def test_a_feed_has_the_newest_12_closed_weeks_newest_first() -> None:
    opened = week(monday=MONDAY.replace(day=16), today=MONDAY.replace(day=17))

    text = written([*history(both(), 30), opened])

    titles = [texts(each)["title"] for each in entries(text)]
    assert [title.partition(":")[0] for title in titles] == [f"Week {n}" for n in range(46, 34, -1)]
    assert 3_000 < len(text.encode()) < 6_000


def test_an_entry_keeps_its_id_and_is_updated_by_a_revision() -> None:
    first, then = (
        judgement(status, 3, MONDAY.replace(day=day))
        for status, day in ((Status.NO_DATA, 16), (Status.ON_PLAN, 18))
    )
    (before,) = entries(written([on_plan(history=(first,))]))
    text = written([on_plan(history=(first, then))])
    (after,) = entries(text)

    assert texts(before)["id"] == texts(after)["id"]
    assert texts(before)["updated"] == "2026-11-15T12:00:00Z"
    assert texts(after)["updated"] == "2026-11-18T12:00:00Z"
    assert f"<updated>{texts(after)['updated']}</updated>\n  <author>" in text


def test_weeks_and_people_have_ids_of_their_own() -> None:
    found = [
        texts(each)["id"]
        for person in ("me", "sam")
        for each in entries(
            written([on_plan(MONDAY.replace(day=2), person=person), on_plan(person=person)])
        )
    ]

    assert len(set(found)) == 4
    assert all(
        re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each) for each in found
    )
    assert found[0] == "urn:uuid:d284417b-6c50-5121-b7ff-b4bc2a7bb911"


def test_without_a_closed_week_the_feed_is_empty_and_valid() -> None:
    text = written([week(today=MONDAY)])

    assert entries(text) == []
    assert "<updated>2026-11-09T12:00:00Z</updated>" in text


def test_a_week_with_a_care_card_is_only_said_to_be_ready() -> None:
    plain = content(both(), [], options=OPTIONS)

    (entry,) = entries(feed(plain, [plain | {"pain": TRIGGER}]).decode())

    assert texts(entry)["title"] == "Your weekly report is ready"
    assert "content" not in texts(entry)


def test_every_link_is_a_page_of_the_folder() -> None:
    found = dict(render(history(both(), 14), options=OPTIONS))

    links = [each.find(f"{ATOM}link") for each in entries(found["feed.xml"].decode())]

    assert len(links) == 12
    assert all(link is not None and link.get("href") in found for link in links)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda each: ascii(each)[:20])
def test_hostile_names_are_inert(text: str) -> None:
    found = written([hostile_week(text)])

    tags = {each.tag for each in ET.fromstring(found).iter()}  # noqa: S314 - our own
    assert tags == {each.tag for each in ET.fromstring(written([hostile_week("calm")])).iter()}  # noqa: S314
    assert found.replace("\n", "").isprintable()
    assert not re.findall(r"(?:href|src)=\"(?!\d{4}/)", found)


@given(st.text(max_size=80))
def test_any_label_makes_a_feed_that_can_be_read(label: str) -> None:
    text = written([on_plan(label=label)])

    assert len(entries(text)) == 1
    outside = text.replace("http://www.w3.org/2005/Atom", "")
    assert "://" in label or "://" not in outside


def test_the_days_of_an_entry_are_instants() -> None:
    (entry,) = entries(written([on_plan()]))

    for name in ("published", "updated"):
        assert dt.datetime.fromisoformat(texts(entry)[name]).date() == MONDAY.replace(day=15)

"""The newest closed weeks as an Atom feed: one entry a week, which a late file updates.

Source: RFC 4287.
"""

import uuid
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

from pipeline.report.catalogue import say
from pipeline.report.digest import body, title
from pipeline.report.escape import visible, xml
from pipeline.report.index import page_of

Content = dict[str, Any]
ENTRIES = 12
ATOM = "http://www.w3.org/2005/Atom"
# Of "backfour.invalid" in the namespace of domain names; a reader knows entries by what follows.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "backfour.invalid")


def feed(newest: Content, closed: Sequence[Content]) -> bytes:
    """A feed of the closed weeks, which are oldest first; shows the newest first.

    `newest` is the week of now: without a closed week the feed is empty, and can be subscribed to.
    """
    person = newest["person"]
    shown = list(reversed(closed[-ENTRIES:]))
    root = ET.Element("feed", {"xmlns": ATOM})
    _add(root, "id", _id(person["id"]))
    _add(root, "title", say("feed.title", person=visible(person["label"])))
    # A late file may make an older week the one that changed last.
    days = [_changed_on(week) for week in shown] or [newest["week"]["start"]]
    _add(root, "updated", _noon(max(days)))
    _add(ET.SubElement(root, "author"), "name", say("mail.from"))
    for week in shown:
        _entry(ET.SubElement(root, "entry"), week)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _entry(entry: ET.Element, week: Content) -> None:
    _add(entry, "id", _id(f"{week['person']['id']}/{week['report_id']}"))
    _add(entry, "title", title(week))
    _add(entry, "published", _noon(week["week"]["end"]))
    _add(entry, "updated", _noon(_changed_on(week)))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page_of(week)})
    if text := body(week):
        _add(entry, "content", text)


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = xml(text)


def _id(name: str) -> str:
    return uuid.uuid5(NAMESPACE, name).urn


def _changed_on(week: Content) -> str:
    return str(week["revision"]["changed_on"] or week["week"]["end"])


def _noon(day: str) -> str:
    return f"{day}T12:00:00Z"

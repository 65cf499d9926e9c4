"""One person's reports folder as a value: which files there are, and what each is made from.

A file is rendered when it is asked for. Its key says without rendering whether it would come out
the same: the same key means the same bytes.
"""

import functools
import hashlib
import importlib.metadata
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from pipeline.report import content, pdf, receipt_page, tables_csv
from pipeline.report.digest import digest_text
from pipeline.report.facts import Facts, Options
from pipeline.report.feed import ENTRIES, feed
from pipeline.report.html import index_page, week_page
from pipeline.report.index import YEAR
from pipeline.report.json_text import indented
from pipeline.report.mail import mail
from pipeline.report.markdown import week_text
from pipeline.report.rows import WEEKS_SHOWN
from pipeline.week import Week

Content = dict[str, Any]
File = tuple[str, bytes]
WEEKS_BEFORE = WEEKS_SHOWN - 1  # what a page shows of the past: the rest of its trend
LIBRARIES = ("jinja2", "markupsafe")
# Beside this package: what a week is, and what its days and its name are.
BESIDE = ("week.py", "calendar.py")
SOURCES = (".py", ".toml", ".j2", ".css", ".typ")


OF_WEEK = re.compile(r"[0-9]{4}/[0-9]{4}-W[0-9]{2}\.(html|md|json)")
INDEX = ("index.html",)
TABLES = tuple(tables_csv.HEADS)
MAIL = "digest.eml"
OVERVIEW = (*INDEX, "this-week.html", *TABLES, "digest.txt", "feed.xml", MAIL)


@dataclass(frozen=True)
class Group:
    """Files that are rendered together. `key` stands for everything they are made from."""

    key: str
    paths: tuple[str, ...]
    place: int | None  # of the week; None for the files that tell of all weeks, or of all files


@dataclass(frozen=True)
class Folder:
    """Every file of one person; `weeks` is gap-free, oldest first, and ends with that of `now`.

    `lines` are those of an earlier rendering, for each table by the keys of `parts`: a night
    changes a few weeks, and listing ten years of jogs takes most of its time. With a `receipt`
    there is a page of what became of each file, and the index says what needs somebody.
    """

    weeks: Sequence[Week]
    options: Options
    lines: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    receipt: Content | None = None

    def groups(self) -> Iterator[Group]:
        """Yield the files of each week, oldest first, then those that tell of all weeks.

        A week's page shows the week, the trend of the weeks before it, and whether there is a
        week before and after it.
        """
        digests = self._digests
        last = len(self.weeks) - 1
        for place, week in enumerate(self.weeks):
            own = digests[max(0, place - WEEKS_BEFORE) : place + 1]
            later = "" if place == last else repr(self.weeks[place + 1].calendar)
            stem = f"{week.calendar.iso_year:04d}/{week.calendar.id}"
            files = tuple(f"{stem}.{kind}" for kind in self._kinds)
            yield Group(self._key("week", *own, later), files, place)
        needy = receipt_page.needs(self.receipt)
        yield Group(self._key("overview", *digests, repr(needy)), self._overview_paths, None)
        if self.receipt is not None:
            yield Group(self._key("receipt", repr(self.receipt)), (receipt_page.PATH,), None)

    def files(self, group: Group) -> Iterator[File]:
        """Render the files of a group, in the order of its paths."""
        return zip(group.paths, self._contents(group), strict=True)

    def _contents(self, group: Group) -> Iterator[bytes]:
        if group.place is not None:
            return self._of_week(group.place)
        if self.receipt is not None and group.paths == (receipt_page.PATH,):
            return iter([as_bytes(receipt_page.page(self.receipt, self.options))])
        return self._overview()

    def parts(self, path: str) -> list[tuple[str, bytes]]:
        """The table at a path without its head: for each week a key, and the lines it has there.

        The same key means the same lines.
        """
        known = self.lines.get(path, {})
        found = []
        for place, own in enumerate(self._digests):
            key = self._key("lines", own)
            lines = known.get(key)
            if lines is None:
                if place not in self._lines_of:
                    self._listed(place)
                lines = self._lines_of[place][path]
            found.append((key, lines))
        return found

    def _key(self, *parts: str) -> str:
        whole = "\n".join((version(), self._written_how, *parts))
        return hashlib.sha256(whole.encode()).hexdigest()

    @cached_property
    def _written_how(self) -> str:
        printed_by = pdf.version() if self.options.pdf else ""
        return hashlib.sha256(f"{self.options!r}{printed_by}".encode()).hexdigest()

    @property
    def _kinds(self) -> tuple[str, ...]:
        return ("html", "md", "json", "pdf") if self.options.pdf else ("html", "md", "json")

    @cached_property
    def _printer(self) -> pdf.Printer:
        return pdf.Printer()

    def _of_week(self, place: int) -> Iterator[bytes]:
        week = self._marked(place)
        earlier = self._named(place - 1)
        later = self._named(place + 1)
        yield as_bytes(week_page(week, earlier, later, self.options))
        yield as_bytes(week_text(week, is_local=not self.options.notifier_configured))
        yield as_json(content.without_marks(week))
        if self.options.pdf:
            yield self._printer.week(week, is_local=not self.options.notifier_configured)

    @property
    def _overview_paths(self) -> tuple[str, ...]:
        """Without a session there is nothing to tell of, and without a closed week no mail."""
        if not self.weeks:
            return INDEX
        return OVERVIEW if self._closed else tuple(each for each in OVERVIEW if each != MAIL)

    @property
    def _closed(self) -> list[int]:
        """Where the newest closed weeks are, as many as the feed shows."""
        closed = [place for place, week in enumerate(self.weeks) if not week.is_open]
        return closed[-ENTRIES:]

    def _overview(self) -> Iterator[bytes]:
        needy = receipt_page.needs(self.receipt)
        if not self.weeks:
            yield as_bytes(index_page([], self.options, needy))
            return
        last = len(self.weeks) - 1
        newest = self._marked(last)
        earlier = self._named(last - 1)
        outlined = [*map(self._outlined, range(last)), newest]
        yield as_bytes(index_page(outlined, self.options, needy))
        yield as_bytes(week_page(newest, earlier, None, self.options, at_top=True))
        for path in TABLES:
            lines = [lines for _, lines in self.parts(path)]
            yield b"".join([as_bytes(tables_csv.head(path)), *lines])
        yield from self._messages(newest)

    def _messages(self, newest: Content) -> Iterator[bytes]:
        """The digest tells of the week of now, as the index does: whoever types `cat` asks that.

        Mail and feed tell of closed weeks, whose result stands: an open one changes every day,
        and would be a message every day.
        """
        closed = [self._marked(place) for place in self._closed]
        yield as_bytes(digest_text(newest))
        yield feed(newest, closed)
        if closed:
            yield mail(closed[-1])

    def _named(self, place: int) -> Content | None:
        """What a link to a week needs; None where there is no such week."""
        is_there = 0 <= place < len(self.weeks)
        return content.named(self.weeks[place], self.options) if is_there else None

    def _marked(self, place: int) -> Content:
        past = self.weeks[max(0, place - WEEKS_BEFORE) : place]
        facts = Facts(self.weeks[place], self.options)
        return content.marked_content(facts, past, self._listed(place))

    def _outlined(self, place: int) -> Content:
        """What the index shows of a week: its jogs are drawn for a year."""
        facts = Facts(self.weeks[place], self.options)
        outlined = content.outlined_content(facts)
        is_recent = place >= len(self.weeks) - YEAR
        return outlined | {"jogs": content.jogs(facts)} if is_recent else outlined

    def _listed(self, place: int) -> Content:
        """What the tables show of a week; its lines are kept, far smaller than the values."""
        listed = content.listed_content(Facts(self.weeks[place], self.options))
        if place not in self._lines_of:
            self._lines_of[place] = {
                path: as_bytes(tables_csv.lines(path, listed)) for path in TABLES
            }
        return listed

    @cached_property
    def _digests(self) -> list[str]:
        return [digest(week) for week in self.weeks]

    @cached_property
    def _lines_of(self) -> dict[int, dict[str, bytes]]:
        return {}


def is_of_week(path: str) -> bool:
    """Tell the path of a week's page, except its PDF."""
    return OF_WEEK.fullmatch(path) is not None


def digest(week: Week) -> str:
    """Stand for everything a week says: two weeks have one digest only if they are the same.

    Taken from `repr`: it names every field and its type, keeps 0.0 from -0.0, goes by values (a
    pickle also tells which objects are shared), and holds no set whose order could change.
    """
    return hashlib.sha256(repr(week).encode()).hexdigest()


@functools.cache
def version() -> str:
    """Identify what renders: a hash of its source, templates and sentences, and the libraries."""
    found = hashlib.sha256(sys.version.encode())
    package = resources.files("pipeline.report")
    beside = [resources.files("pipeline").joinpath(name) for name in BESIDE]
    for source in [*_sources(package), *beside]:
        found.update(source.name.encode() + b"\0" + source.read_bytes())
    for library in LIBRARIES:
        found.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    return found.hexdigest()


def as_json(value: Content) -> bytes:
    """A content value as its file: sorted keys, UTF-8, a newline at the end."""
    return as_bytes(f"{indented(value)}\n")


def as_bytes(text: str) -> bytes:
    """UTF-8; half a surrogate, which a file name may hold, is written as its escape."""
    return text.encode("utf-8", "backslashreplace")


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            yield from _sources(each)
        elif each.name.endswith(SOURCES):
            yield each

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pipeline.report import Folder, Options, receipt, receipt_page

from .cases import HOSTILE, Page, entry, receipt_of, refused
from .weeks import on_plan

Golden = Callable[[str, str], None]
ZONE = "Europe/Berlin"
FIRST = entry("a")["first_seen"]
SENTENCES = {"E_CRC": "The checksum does not match.", "I_TEMP": "A temporary name."}


def page(files: Sequence[dict[str, Any]], *, is_hidden: bool = False) -> str:
    hidden = SENTENCES if is_hidden else None
    made = receipt(files, label="Alex", zone=ZONE, hidden=hidden)
    return receipt_page.page(made, Options()).replace("\u202f", " ")


def headings(text: str) -> list[str]:
    return [each.partition("</h2>")[0].partition(">")[2] for each in text.split("<h2")[1:]]


def test_what_needs_somebody_comes_first_then_a_section_for_each_outcome() -> None:
    waiting = entry("w.fit", "waiting", first_seen=None, since=FIRST, code="W_SETTLING")

    text = page([entry("a.fit"), waiting, refused("b.fit"), entry("c.fit", "duplicate")])

    assert headings(text) == [
        "Waiting for you, 1",
        "Waiting, nothing to do, 1",
        "Imported, 1",
        "Duplicates, 1",
    ]
    assert "One file waits for you" in text
    assert "<strong>Copy it again.</strong>" in text
    assert {"#needs", "#waiting", "#imported", "#duplicate"} <= set(Page(text).values("href"))


def test_files_are_listed_by_the_local_day_they_were_first_seen_newest_first() -> None:
    older = entry("a.fit", first_seen="2026-11-14T10:00:00+00:00")

    text = page([older, entry("b.fit")])

    assert text.index("b.fit") < text.index("a.fit")
    assert "16 Nov 2026" in text
    assert "14 Nov 2026" in text


def test_a_member_is_named_with_its_archive() -> None:
    archive = entry("export.zip", kind="zip")
    member = entry("activities/1.fit", parent=archive["sha256"])

    text = page([archive, member])

    assert "in <bdi>export.zip</bdi>" in text
    assert "One file was dropped" not in text
    assert "1 file was dropped, and 1 lay in archives." in text


def test_a_file_whose_name_was_never_logged_is_listed_all_the_same() -> None:
    text = page([entry(""), entry("1.fit", parent="a" * 64)])

    assert text.count("<bdi>name not known</bdi>") == 2


def test_the_order_of_the_rows_does_not_change_the_page() -> None:
    files = [entry(f"{number}.fit") for number in range(9)] + [refused("x.fit"), refused("y.fit")]

    assert page(files) == page(files[::-1])


def test_a_hundred_thousand_files_stay_below_a_megabyte_and_are_all_counted() -> None:
    start = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
    files = [
        entry(
            f"2026-11-10-18120{number}-Morning run.fit",
            ("imported", "duplicate", "superseded", "ignored")[number % 4],
            first_seen=(start + dt.timedelta(minutes=55 * number)).isoformat(),
        )
        for number in range(90_000)
    ]
    files += [refused(f"activities/{number}.fit") for number in range(10_000)]

    text = page(files)

    assert len(text.encode()) < 1_000_000
    assert headings(text)[:2] == ["Waiting for you, 10 000", "Imported, 22 500"]
    assert "9 500 more files, by reason" in text
    assert "22 300 older files, by month" in text
    assert "January 2016" in text


def test_a_sync_tool_that_writes_to_its_own_files_changes_nothing() -> None:
    def found(day: int) -> str:
        since = f"2026-11-{day}T10:00:00+00:00"
        own = {"first_seen": None, "since": since, "code": "I_SYNC", "kind": None}
        return page([entry(f".sync{number}", "ignored", **own) for number in range(300)])

    assert found(10) == found(11)
    assert "<dt>Without a date</dt><dd>100 kind not known</dd>" in found(10)


@pytest.mark.parametrize("text", HOSTILE)
def test_names_and_sentences_of_files_are_inert(text: str) -> None:
    archive = entry(text, kind="zip")
    files = [archive, refused(text, detail=text), entry(text, parent=archive["sha256"])]
    calm = [entry("a", kind="zip"), refused("b"), entry("c", parent=entry("a")["sha256"])]

    found, usual = Page(page(files)), Page(page(calm))

    assert [tag for tag, _ in found.tags] == [tag for tag, _ in usual.tags]
    assert found.values("href") == usual.values("href")
    assert "\u202e" not in page(files)


def test_with_names_hidden_no_name_is_told_anywhere() -> None:
    archive = entry("secret.zip", kind="zip")
    files = [
        archive,
        refused("secret.fit"),
        entry("secret2.fit", "duplicate", detail="The same bytes as secret.fit."),
        entry("old secret.csv", "superseded", detail="secret.csv tells the same."),
        entry("secret3.fit", parent=archive["sha256"]),
        entry("secret.part", "ignored", sha256=None, kind=None, code="I_TEMP", detail="secret"),
    ]

    text = page(files, is_hidden=True)

    assert "secret" not in text
    assert f"FIT file {files[1]['sha256'][:8]}" in text
    assert "The checksum does not match." in text


def folder(*files: dict[str, Any]) -> Folder:
    made = receipt(files, label="Alex", zone=ZONE)
    return Folder([on_plan()], Options(), receipt=made)


def index(found: Folder) -> str:
    return next(
        content.decode()
        for group in found.groups()
        for path, content in found.files(group)
        if path == "index.html"
    )


def test_the_index_tells_of_files_that_wait_and_only_of_those() -> None:
    assert "You have 2 files that wait for you" in index(folder(refused("a"), refused("b")))
    assert "You have one file that waits for you" in index(folder(refused("a"), entry("b")))
    assert "wait" not in index(folder(entry("a"), entry("b", "ignored")))
    assert 'href="receipt.html"' in index(folder(entry("a")))
    assert "receipt.html" not in index(Folder([on_plan()], Options()))


def test_the_keys_change_with_what_the_pages_say() -> None:
    def keys(*files: dict[str, Any]) -> dict[str, str]:
        return {group.paths[0]: group.key for group in folder(*files).groups()}

    usual, needy, more = keys(entry("a")), keys(refused("a")), keys(entry("a"), entry("b"))

    assert {path for path in usual if usual[path] != needy[path]} == {"index.html", "receipt.html"}
    assert {path for path in usual if usual[path] != more[path]} == {"receipt.html"}
    assert usual == keys(entry("a"))


def test_the_page_of_nobody_says_what_to_do() -> None:
    assert "No file has been dropped yet" in page([])


def test_the_page_is_written_as_in_its_golden(matches_golden: Golden) -> None:
    text = receipt_page.page(receipt_of(2), Options())

    head, _, rest = text.partition("<style>")
    body = rest.partition("</svg>")[2]
    matches_golden(re.sub("'sha256-[^']*'", "'sha256-…'", head) + body, "receipt.html")


def test_the_page_runs_nothing_and_has_one_headline() -> None:
    text = receipt_page.page(receipt_of(3), Options())
    found = Page(text)
    tags = [tag for tag, _ in found.tags]
    ids = found.values("id")

    assert not {"script", "img", "link", "form", "iframe", "object"} & set(tags)
    assert tags.count("h1") == 1
    assert len(ids) == len(set(ids))
    assert {each[1:] for each in found.values("href") if each.startswith("#")} <= set(ids)
    assert "default-src 'none'" in text.replace("&#39;", "'")

import hashlib
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.report import Folder, Options, content, pdf, printed, render
from pipeline.report.escape import visible
from pipeline.week import Week

from .cases import GOLDENS, HOSTILE, hostile_week
from .weeks import MONDAY, SAT, SUN, THU, both, history, jog, lift, no_shrugs, unknown, week

pytest.importorskip("typst", reason="needs the extra pdf")
pytest.importorskip("pypdf", reason="needs pypdf, which reads the text of a PDF")

from .said import (
    WITH_PDF,
    loaded,
    pdf_pages,
    pdf_text,
    squeezed,
    tags,
    unsaid,
    written,
)

MARKUP_OF_TYPST = [
    "#strong[a] #panic() #sys.inputs",
    "*bold* _thin_ `raw` $x^2$ @label <label>",
    "= Heading\n- item\n+ item\n/ term: x",
    r"\u{41} \# \\ // comment /* more */",
    "'quotes' \"quotes\" -- --- ... ~ fi ffl",
    "引体向上 ꙮ \U0001f3c3",
    "a" * 120 + "/" * 120,
]
LONG = ("every_note", "thirty_sessions")
IN_NO_FONT = "[\U0001f3c3引体向上ꙮ]"
SIGNS_THAT_HIDE = "[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ue000-\ue002]"


def read(*weeks: Week) -> bytes:
    return written(weeks)["pdf"]


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_a_pdf_says_what_the_json_says(name: str) -> None:
    files = written(GOLDENS[name]())

    assert unsaid(loaded(files["json"]), pdf_text(files["pdf"])) == []


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_the_answer_is_on_the_first_page_and_the_proof_ends_on_the_second(name: str) -> None:
    files = written(GOLDENS[name]())
    value, pages = loaded(files["json"]), pdf_pages(files["pdf"])
    first = squeezed(pages[0])

    assert len(pages) <= (3 if name in LONG else 2)
    assert squeezed(value["status"]["headline"]) in first
    assert "dayby" in first
    assert all(squeezed(row["name"]) in first for row in value["exercises"])
    assert all(squeezed(row["reason"]) in first for row in value["jogs"])
    assert [text.splitlines()[-1] for text in pages] == [
        f"Page {place} of {len(pages)}" for place in range(1, len(pages) + 1)
    ]


def test_twelve_weeks_and_a_busy_one_fit_on_two_pages() -> None:
    jogs = (jog(3840.0), jog(5620.4, SAT), jog(4000.0, SUN), jog(None, THU))
    busy = week(no_shrugs(), jogs, unknown_names=(unknown(),))

    pages = pdf_pages(read(*history(busy)))

    assert len(pages) == 2
    assert "Notes on the data" in pages[1]


def test_a_week_of_sixty_sessions_goes_on_as_long_as_it_needs() -> None:
    lifts = [lift("shrug", place % 7, label=f"Shrug {place}") for place in range(60)]
    files = written([week(lifts)])

    assert len(pdf_pages(files["pdf"])) > 2
    assert unsaid(loaded(files["json"]), pdf_text(files["pdf"])) == []


def test_every_mark_and_figure_has_words_for_a_screen_reader() -> None:
    found = tags(read(*history(both())))
    kinds, words = {kind for kind, _ in found}, [alt for kind, alt in found if kind == "/Figure"]

    assert {"/H1", "/H2", "/Table", "/TH", "/L", "/LI", "/Figure"} <= kinds
    assert [kind for kind, _ in found].count("/H1") == 1
    assert words[0] == "3 of 4 exercises done"
    assert words[1:8] == ["done", "none", "none", "done", "none", "none", "none"]
    assert "done, not under 5\u00a0km" in words
    assert words[-1].startswith("Jog distances of the last 12 weeks")
    assert len(words) == 2 + 4 * 7


def test_a_day_to_come_is_blank_to_the_eye_and_said_to_a_screen_reader() -> None:
    found = tags(read(week(today=MONDAY)))

    assert [alt for _, alt in found].count("to come") == 4 * 6


def test_it_says_of_itself_that_it_is_accessible_and_what_it_holds() -> None:
    made = read(both())

    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"/Lang(en)" in made
    assert b"Not complete, over 5\xc2\xa0km: week 46" in made
    assert b"2026-11-15T00:00:00" in made


@pytest.mark.parametrize("text", [*HOSTILE, *MARKUP_OF_TYPST], ids=lambda each: ascii(each)[:20])
def test_hostile_text_is_printed_as_it_stands(text: str) -> None:
    files = written([hostile_week(text)])

    found = pdf_text(files["pdf"])

    assert not re.search(SIGNS_THAT_HIDE, found)
    # From right to left, the order of what is read back is the reader's own.
    shown, whole = (re.sub(r"[\u0590-\u06ff]", "", squeezed(it)) for it in (visible(text), found))
    assert re.sub(IN_NO_FONT, lambda it: f"⟨U+{ord(it[0]):04X}⟩", shown) in whole


def test_a_line_of_settings_can_be_copied_though_no_font_has_its_signs() -> None:
    found = squeezed(pdf_text(read(hostile_week("引 up"))))

    assert r'"\U00005F15up"="fifth"' in found


def test_signs_that_cannot_be_drawn_together_still_make_a_page() -> None:
    stack = "x\u05b0\u0e31\u0947\u20dd\ufe0f" * 9

    assert pdf_pages(read(hostile_week(stack)))


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_no_text_at_all_keeps_a_week_from_being_printed(text: str) -> None:
    assert printed(both(label=text), [], options=Options()).startswith(b"%PDF-")


PRINT = """
import hashlib, sys
sys.path[:0] = sys.argv[1:]
from report.weeks import both, history
from pipeline.report import Options, printed
*past, last = history(both())
print(hashlib.sha256(printed(last, past, options=Options())).hexdigest())
"""


def test_the_same_bytes_come_out_twice_and_in_another_place(request: pytest.FixtureRequest) -> None:
    root = request.config.rootpath
    *past, last = history(both())
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}

    far = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PRINT, str(root), str(root / "tests")],
        env=elsewhere,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()
    here = printed(last, past, options=Options())

    assert hashlib.sha256(here).hexdigest() == far
    assert here == read(*past, last)
    assert here == printed(last, past, options=Options())


def test_what_was_printed_before_does_not_show() -> None:
    printer = pdf.Printer()
    value, other = (content(each, [], options=WITH_PDF) for each in (both(), hostile_week("引")))

    first = printer.week(value, is_local=True)
    printer.week(other, is_local=True)

    assert printer.week(value, is_local=True) == first


def test_a_pdf_is_named_and_linked_only_where_it_is_wanted() -> None:
    without, wanted = written([both()], Options()), written([both()])

    assert sorted(without) == ["html", "json", "md"]
    assert loaded(without["json"])["formats"]["pdf"] is None
    assert b"PDF" not in without["html"]
    assert loaded(wanted["json"])["formats"]["pdf"] == "2026-W46.pdf"
    assert b'<a href="2026-W46.pdf">PDF</a>' in wanted["html"]
    copy = dict(render([both()], options=WITH_PDF))["this-week.html"]
    assert b'<a href="2026/2026-W46.pdf">PDF</a>' in copy


def test_whether_a_pdf_is_wanted_and_what_writes_it_are_part_of_the_key() -> None:
    keys = [
        {group.key for group in Folder([both()], options).groups()}
        for options in (Options(), WITH_PDF)
    ]

    assert not keys[0] & keys[1]
    assert pdf.version()


def test_nothing_but_a_pdf_loads_what_writes_it(request: pytest.FixtureRequest) -> None:
    script = (
        "import sys\nsys.path[:0] = sys.argv[1:]\nfrom report.weeks import both\n"
        "from pipeline.report import Options, render\n"
        "list(render([both()], options=Options()))\nassert 'typst' not in sys.modules\n"
    )
    root = request.config.rootpath

    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script, str(root), str(root / "tests")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr


def test_the_pdf_of_a_revised_week_says_so() -> None:
    revised = hostile_week("late.csv")
    value = content(revised, [], options=Options())
    banner = next(note["text"] for note in value["notes"] if note["kind"] == "late")

    assert squeezed(banner) in squeezed(pdf_pages(read(revised))[0])

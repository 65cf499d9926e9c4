"""Pages: an index of ten years, the largest week, the clinic page, a week as PDF, and imports."""

import subprocess
import sys

from benchmarks import measure, weeks
from benchmarks.journey import NOW
from benchmarks.measure import MEGABYTE, Row
from pipeline import compliance, report
from pipeline.report import clinic, pdf
from pipeline.report.content import marked_content
from pipeline.report.facts import Facts
from pipeline.report.html import index_page, week_page

TURNS, PEOPLE, PRINTED = 5, 200, 20
INDEX_S, CLINIC_S, IMPORT_S = 0.2, 0.5, 0.5  # targets
PAGE_KB, INDEX_KB = 60, 160
IMPORT = """
import sys, time
began = time.perf_counter()
import pipeline.report
print(time.perf_counter() - began, *({"typst", "apprise", "prefect"} & set(sys.modules)))
"""


def rows() -> list[Row]:
    """Render each kind of page from ten years of one person."""
    judged = compliance.judge(weeks.ten_years(), weeks.SETTINGS, weeks.PERSON, NOW)
    options = report.Options()
    contents = [marked_content(Facts(each, options), []) for each in judged]
    index = measure.least(
        measure.spent(lambda: index_page(contents, options)) for _ in range(TURNS)
    )
    index_kb = len(index_page(contents, options).encode()) / 1000
    largest_kb = max(len(week_page(each, None, None, options).encode()) for each in contents) / 1000
    people = [
        clinic.entry(judged[:-number] or judged, f"Person {number}", shares_pain=False)
        for number in range(1, PEOPLE + 1)
    ]
    page = measure.least(measure.spent(lambda: list(clinic.files(people))) for _ in range(TURNS))
    return [
        measure.in_time(f"index of {len(judged)} weeks, best of {TURNS}", index, INDEX_S),
        _in_size(f"index of {len(judged)} weeks", index_kb, INDEX_KB),
        _in_size("largest page of a week", largest_kb, PAGE_KB),
        measure.in_time(f"clinic page of {PEOPLE} people, best of {TURNS}", page, CLINIC_S),
        _imported(),
        _printed(contents[-PRINTED:]),
    ]


def _in_size(work: str, kilobytes: float, most_kb: float) -> Row:
    is_met = kilobytes <= most_kb
    return Row(work, f"{kilobytes:.0f} KB", "", "", f"≤ {most_kb:g} KB", is_met)


def _imported() -> Row:
    """How long importing all that reports need takes in a new process, and what it leaves alone."""
    best_s, loaded = 99.0, ""
    for _ in range(TURNS):
        command = [sys.executable, "-c", IMPORT]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours
        seconds, _, loaded = said.strip().partition(" ")
        best_s = min(best_s, float(seconds))
    work = f"importing reports, without typst, Apprise or Prefect, best of {TURNS}"
    is_met = best_s <= IMPORT_S and not loaded
    return Row(work, f"{best_s:.2f} s {loaded}".strip(), "", "", f"≤ {IMPORT_S:g} s", is_met)


def _printed(contents: list[report.Content]) -> Row:
    """A week as PDF; only shown, for nobody waits for one."""
    try:
        printer = pdf.Printer()
    except ImportError:
        return Row("a week as PDF", "typst is not installed")
    sizes: list[int] = []

    def all_of_them() -> None:
        sizes.extend(len(printer.week(each, is_local=True)) for each in contents)

    all_of_them()
    taken = measure.least(measure.spent(all_of_them) for _ in range(TURNS))
    each_ms, kilobytes = 1000 * taken.cpu_s / len(contents), max(sizes) / MEGABYTE * 1000
    return Row(f"a week as PDF, mean of {len(contents)}", f"{each_ms:.0f} ms, {kilobytes:.0f} KB")

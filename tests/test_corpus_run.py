import zipfile
from collections import Counter
from pathlib import Path

from pipeline import receipt
from pipeline.errors import Code
from pipeline.home import Home

from .corpora import SHARED, corpus_files
from .homes import NOW, new_home, readings, reports, run

OUTCOMES = {"imported", "duplicate", "superseded", "refused"}


def test_every_file_of_the_corpus_is_accounted_for(corpus_home: Home) -> None:
    files = receipt.status(corpus_home, NOW)["people"][0]["files"]

    assert len(files) == len(corpus_files())
    assert {file["outcome"] for file in files} <= OUTCOMES
    for file in files:
        if file["outcome"] == "refused":
            assert file["code"] in set(Code)
            assert file["detail"]


def test_no_real_recording_is_refused_but_those_we_know_of(corpus_home: Home) -> None:
    files = receipt.status(corpus_home, NOW)["people"][0]["files"]

    codes = Counter(file["code"] for file in files if file["outcome"] == "refused")

    # Settings, courses, weights, plans.
    assert codes == {"E_NO_ACTIVITY": 29}


def test_a_second_run_over_the_corpus_changes_no_byte(corpus_home: Home) -> None:
    pages, table = reports(corpus_home), readings(corpus_home)

    (tally,) = run(corpus_home)

    assert (tally.taken, tally.read, tally.pages) == (0, 0, 0)
    assert readings(corpus_home) == table
    assert reports(corpus_home) == pages


def test_the_corpus_packed_in_one_archive_says_the_same_file_by_file(
    corpus_home: Home, tmp_path: Path
) -> None:
    home = new_home(tmp_path)
    with zipfile.ZipFile(home.inbox / "me" / "corpus.zip", "w") as packed:
        for file in corpus_files():
            packed.write(file, file.relative_to(SHARED / "corpus"))
    run(home)

    assert _said(home) == _said(corpus_home)


def _said(home: Home) -> dict[str, tuple[object, ...]]:
    """What each content says, by its hash; refused ones and the archive itself left out."""
    table = home.library(home.settings().people[0]).load()
    rows = table.filter(table["kind"] != "zip").select("sha256", "outcome", "activities", "sets")
    return {sha256: tuple(said) for sha256, *said in rows.iter_rows() if said[0] != "refused"}

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from pipeline import guard
from pipeline.errors import Refusal
from pipeline.members import Listing
from pipeline.tables import Reading

PROJECT = Path(__file__).resolve().parents[2]
STRENGTH = Path(__file__).parent / "strength"
SAMPLES = sorted([*(PROJECT / "sample_data/inbox").iterdir(), *STRENGTH.glob("*.csv")])
GOLDEN = Path(__file__).parent / "golden"
ROWS_SHOWN = 20


@pytest.fixture(scope="module")
def outcomes() -> dict[Path, Reading | Refusal | Listing]:
    return dict(guard.read_all(SAMPLES))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_reads_as_its_golden(
    outcomes: dict[Path, Reading | Refusal | Listing],
    sample: Path,
    matches_golden: Callable[[str, str], None],
) -> None:
    matches_golden(_as_text(outcomes[sample]), f"{sample.name}.json")


def test_there_is_no_golden_without_a_sample() -> None:
    goldens = {path.name.removesuffix(".json") for path in GOLDEN.iterdir()}

    assert goldens == {sample.name for sample in SAMPLES}


def _as_text(outcome: Reading | Refusal | Listing) -> str:
    """Show what a file says; of many rows the first ones, and how many there are."""
    said = replace(outcome, sets=tuple(outcome.sets)) if isinstance(outcome, Reading) else outcome
    shown = {
        key: value if not isinstance(value, tuple) else _rows(value)
        for key, value in asdict(said).items()
    }
    return json.dumps(shown, indent=1, default=str, ensure_ascii=False) + "\n"


def _rows(rows: tuple[dict[str, object], ...]) -> list[object]:
    stated = [
        # The last digits of a geodesic are the library's, not ours.
        {key: round(v, 3) if isinstance(v, float) else v for key, v in row.items() if v is not None}
        for row in rows
    ]
    more = [f"and {len(rows) - ROWS_SHOWN} more"] if len(rows) > ROWS_SHOWN else []
    return [*stated[:ROWS_SHOWN], *more]

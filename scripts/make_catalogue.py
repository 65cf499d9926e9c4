"""Make pipeline/programme/catalogue.csv from a list of labelled exercise names.

    python scripts/make_catalogue.py exercise_names.csv [catalogue.csv]

The list has the columns name, label, confidence. A label is binding from 0.70 on; below it the
name is asked about. Of the names that are no exercise of the programme only those are kept that
look like one. The same list gives the same bytes.
"""

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from pipeline.programme import catalogue  # noqa: E402  the project need not be installed

BINDING = 0.70


def entry(row: Mapping[str, str]) -> tuple[str, str, str] | None:
    """Give the catalogue's row for a labelled name: name, exercises, standing; None if distant."""
    name, label = row["name"], row["label"]
    is_binding = float(row["confidence"]) >= BINDING
    if label != catalogue.NONE:
        return name, label, "counts" if is_binding else "ask"
    near = near_exercises(name)
    if is_binding and not near:
        return None
    return name, " ".join(near), "never" if is_binding else "ask"


def near_exercises(name: str) -> tuple[str, ...]:
    """Name the exercises that the rules see in a name, or else those whose key words it holds."""
    normalised = catalogue.normalise(name)
    return catalogue.by_rule(name).near or tuple(
        rule.exercise for rule in catalogue.rules() if rule.near.search(normalised)
    )


def make(names: Path, target: Path) -> int:
    """Write the catalogue, sorted by name; return the number of its names."""
    with names.open(encoding="utf-8", newline="") as source:
        rows = sorted(kept for row in csv.DictReader(source) if (kept := entry(row)))
    write(rows, target)
    return len(rows)


def write(rows: Iterable[tuple[str, str, str]], target: Path) -> None:
    """Write rows under their header, with plain line ends."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "exercise", "standing"))
        writer.writerows(rows)


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    if len(arguments) not in {1, 2}:
        print(__doc__, file=sys.stderr)
        return 2
    default = PROJECT / "pipeline" / "programme" / "catalogue.csv"
    target = Path(arguments[1]) if arguments[1:] else default
    print(f"{make(Path(arguments[0]), target)} names in {target.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

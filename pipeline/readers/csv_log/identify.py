"""Which app wrote a file: told by its header, in order, or by nothing."""

import re
from collections.abc import Mapping, Sequence

from pipeline.errors import Code, Refused
from pipeline.readers.csv_log.dialect import Dialect, Elsewhere
from pipeline.readers.csv_log.text import LIMITS, SEPARATORS, Record, normalise, signature
from pipeline.settings import on_one_line

FEW, FEW_DIFFERENCES = 5, 3
NAME_CHARACTERS = 22  # so that the whole sentence stays on a screen


def identify(
    candidates: Mapping[str, Record], dialects: Sequence[Dialect], elsewhere: Sequence[Elsewhere]
) -> tuple[str, Dialect]:
    """The separator and the one dialect whose header this is.

    `candidates` is the first record as each separator cuts it.
    Raises Refused: E_AMBIGUOUS, E_UNSUPPORTED or E_NO_ACTIVITY for what is read elsewhere,
    E_CSV_HEADER.
    """
    claims = [
        (separator, own)
        for separator, first in candidates.items()
        for dialect in dialects
        if (own := dialect.arranged(first.cells)).fits(first.cells)
    ]
    if len(claims) == 1:
        return claims[0]
    if claims:
        apps = " and ".join(dialect.app for _, dialect in claims)
        raise Refused(Code.E_AMBIGUOUS, f"Two readers claim it: {apps}.")
    for first in candidates.values():
        for known in elsewhere:
            if known.fits(signature(first.cells)):
                raise Refused(known.code, known.sentence)
    widest = max((first.cells for first in candidates.values()), key=len)
    fault = f"The columns are not those of a known app: {listed(widest)}."
    raise Refused(Code.E_CSV_HEADER, fault + _nearest(widest, dialects))


def opened(text: str, dialects: Sequence[Dialect]) -> tuple[str, Dialect] | None:
    """The separator and the dialect of a file that begins with something else than a header."""
    start = text.lstrip()[: LIMITS.cell_characters]
    for dialect in dialects:
        if dialect.opening and (found := re.match(dialect.opening, start)):
            named = found.groupdict().get("separator")
            return named or SEPARATORS[0], dialect
    return None


def listed(columns: Sequence[str], few: int = FEW) -> str:
    """The first few columns, each cut to a readable length, with no control characters."""
    shown = ", ".join(
        on_one_line(" ".join(name.split()))[:NAME_CHARACTERS] for name in columns[:few]
    )
    return shown + (f" and {len(columns) - few} more" if len(columns) > few else "")


def _nearest(cells: list[str], dialects: Sequence[Dialect]) -> str:
    """What differs from the nearest dialect, if one is near: half of all columns the same."""
    cells = cells[: LIMITS.columns + 1]
    found = signature(cells)

    def alike(dialect: Dialect) -> float:
        own = dialect.signature()
        return len(set(own) & set(found)) / max(len(own), len(found))

    near = max(dialects, key=alike, default=None)
    if near is None or 2 * alike(near) < 1:
        return ""
    own = near.header.split(",")
    missing = [name for name in own if normalise(name) not in found]
    extra = [cell for cell in cells if normalise(cell) not in near.signature()]
    differences = [
        f"{word} {listed(columns, FEW_DIFFERENCES)}"
        for word, columns in (("without", missing), ("with", extra))
        if columns
    ]
    return f" It is near {near.app}, but {' and '.join(differences) or 'in another order'}."

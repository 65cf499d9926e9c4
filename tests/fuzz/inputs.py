"""Inputs by number: format, seed and number make the same bytes of the same seed files."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.fuzz import (
    archive_inputs,
    csv_inputs,
    fit_inputs,
    names,
    seeds,
    settings_inputs,
    xml_inputs,
)
from tests.fuzz.mutation import mutated

Tokens = tuple[bytes, ...]
NAMES_AT_ONCE = 6
MAPPED_SHARE = 0.25
MOST_BYTES = 64_000_000  # beyond every limit on size; more is a trial of this process's memory


@dataclass(frozen=True)
class Input:
    """One input: a file, with the mappings beside it; the text of settings; or names with NULs."""

    format: str
    content: bytes
    maps: tuple[bytes, ...] = ()


def made(format_name: str, seed: int, number: int, *, is_wide: bool = False) -> Input:
    """Return one input; `is_wide` says that files of `../shared` are among its seeds."""
    rng = random.Random(f"{format_name}/{seed}/{number}")  # noqa: S311 - no secret
    given = FORMATS[format_name](rng, is_wide)
    return replace(given, content=given.content[:MOST_BYTES])


def _recording(
    kind: str, structured: Callable[[random.Random, Tokens], bytes], tokens: Tokens, share: float
) -> Callable[[random.Random, bool], Input]:
    """Make inputs of one kind: structured ones, the others from its seeds."""

    def make(rng: random.Random, is_wide: bool) -> Input:
        if rng.random() < share:
            return Input(kind, structured(rng, tokens))
        known = seeds.of(kind, is_wide=is_wide)
        content = mutated(rng, rng.choice(known), known, tokens)
        if kind == "fit" and rng.random() < 0.6:
            content = fit_inputs.mended(content)
        return Input(kind, content)

    return make


def _csv(rng: random.Random, is_wide: bool) -> Input:
    if rng.random() < MAPPED_SHARE:
        log = csv_inputs.content(rng, csv_inputs.TOKENS, is_wide=False)
        if rng.random() < 0.7:
            log = mutated(rng, seeds.MAPPED, (), csv_inputs.TOKENS)
        maps = tuple(csv_inputs.mapping(rng) for _ in range(rng.choice((1, 1, 2))))
        return Input("csv", log, maps) if rng.random() < 0.8 else Input("csv", maps[0])
    known = seeds.of("csv", is_wide=is_wide)
    if rng.random() < 0.3:
        return Input("csv", mutated(rng, rng.choice(known), known, csv_inputs.TOKENS))
    return Input("csv", csv_inputs.content(rng, csv_inputs.TOKENS, is_wide=is_wide))


def _archive(kind: str, structured: Callable[..., bytes]) -> Callable[[random.Random, bool], Input]:
    def make(rng: random.Random, is_wide: bool) -> Input:
        if rng.random() < 0.85:
            tokens = (*fit_inputs.TOKENS, *xml_inputs.TOKENS[:20])
            return Input(kind, structured(rng, tokens, is_wide=is_wide))
        known = seeds.of(kind, is_wide=is_wide)
        return Input(kind, mutated(rng, rng.choice(known), known, archive_inputs.TOKENS))

    return make


def _settings(rng: random.Random, _is_wide: bool) -> Input:
    return Input("settings", settings_inputs.text(rng))


def _names(rng: random.Random, _is_wide: bool) -> Input:
    return Input("names", b"\0".join(names.names(rng, NAMES_AT_ONCE)))


FORMATS: dict[str, Callable[[random.Random, bool], Input]] = {
    "fit": _recording("fit", fit_inputs.content, fit_inputs.TOKENS, 0.55),
    "gpx": _recording("gpx", xml_inputs.gpx, xml_inputs.TOKENS, 0.6),
    "tcx": _recording("tcx", xml_inputs.tcx, xml_inputs.TOKENS, 0.6),
    "csv": _csv,
    "zip": _archive("zip", archive_inputs.zipped),
    "gz": _archive("gz", archive_inputs.gzipped),
    "settings": _settings,
    "names": _names,
}

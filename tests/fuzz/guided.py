"""`python -m tests.fuzz.guided`: our own readers fed by libFuzzer, which looks for new branches.

Needs atheris, which is no dependency of ours: without it this says so and ends well. What makes
a reader fail is written to the folder `fuzz`. Each reader gets a process and some minutes.
"""

import argparse
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

KINDS = ("fit", "gpx", "tcx", "csv", "map", "zip", "gz")
LONGEST_BYTES = 8_192
RESIDENT_MB = 2_048
TIMEOUT_S = 20
STATISTIC = re.compile(r"stat::(\w+):\s+(\d+)")
KEPT = Path("fuzz")


def main() -> int:
    """Feed each reader in a process of its own; returns 1 when one failed."""
    asked = _asked()
    if importlib.util.find_spec("atheris") is None:
        _say("atheris is not installed: no reader was fed by libFuzzer (pip install atheris)")
        return 0
    if asked.reader:
        _feed(asked.reader, asked.seed, asked.minutes)
    found = {kind: _fed(kind, asked.seed, asked.minutes) for kind in asked.readers.split(",")}
    Path(asked.output).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for kind, said in found.items():
        _say(f"{kind}: {said['inputs']:,} inputs, {'good' if said['is_good'] else said['end']}")
    return 0 if all(said["is_good"] for said in found.values()) else 1


def _fed(kind: str, seed: int, minutes: float) -> dict[str, Any]:
    KEPT.mkdir(exist_ok=True)
    ours = ["--reader", kind, "--seed", str(seed), "--minutes", str(minutes)]
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "tests.fuzz.guided", *ours],
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        env=os.environ | {"POLARS_MAX_THREADS": "1"},
    )
    figures = dict(STATISTIC.findall(done.stderr))
    return {
        "seed": seed,
        "minutes": minutes,
        "inputs": int(figures.get("number_of_executed_units", 0)),
        "is_good": done.returncode == 0,
        "end": "" if done.returncode == 0 else done.stderr[-3_000:],
    }


def _feed(kind: str, seed: int, minutes: float) -> None:
    """Let libFuzzer call a reader; it ends this process by itself."""
    import atheris  # noqa: PLC0415 - no dependency of ours

    with atheris.instrument_imports(include=["pipeline.readers", "pipeline.archives"]):
        from pipeline import archives, readers  # noqa: F401, PLC0415 - to be instrumented
    from tests.fuzz import seeds  # noqa: PLC0415 - imports what is to be instrumented

    with tempfile.TemporaryDirectory() as corpus:
        found = [seeds.MAP] if kind == "map" else seeds.of(kind, is_wide=False)
        for number, content in enumerate(found):
            if len(content) <= LONGEST_BYTES:
                (Path(corpus) / f"{number}").write_bytes(content)
        options = {
            "seed": seed % (1 << 32) or 1,
            "max_total_time": round(60 * minutes),
            "max_len": LONGEST_BYTES,
            "timeout": TIMEOUT_S,
            "rss_limit_mb": RESIDENT_MB,
            "artifact_prefix": f"{KEPT}/{kind}-",
            "print_final_stats": 1,
        }
        told = [f"-{name}={value}" for name, value in options.items()]
        atheris.Setup([sys.argv[0], *told, corpus], _tested(kind))
        atheris.Fuzz()


def _tested(kind: str) -> Callable[[bytes], None]:
    from pipeline import archives, readers  # noqa: PLC0415 - after they were instrumented
    from pipeline.errors import Refused  # noqa: PLC0415
    from pipeline.guard import Answer  # noqa: PLC0415
    from tests.fuzz import fit_inputs, oracle  # noqa: PLC0415

    def require_good(answer: Answer) -> None:
        if found := list(oracle.faults(answer)):
            raise AssertionError(found)

    def read(content: bytes) -> None:
        require_good(Answer(readers.read(content)))

    def read_mended(content: bytes) -> None:
        """Half of the inputs with their checksums right, so that the decoder is reached."""
        read(fit_inputs.mended(content) if content[-1:] > b"\x7f" else content)

    def open_archive(content: bytes) -> None:
        archive = io.BytesIO(content)
        try:
            listing = archives.listing(archive, len(content))
            require_good(Answer(listing))
            addresses = [member.address for member in listing.members]
            for _, unpacked in archives.contents(archive, addresses):
                if not isinstance(unpacked, bytes):
                    require_good(Answer(unpacked))
        except Refused as refused:
            require_good(Answer(refused.refusal))

    return {"fit": read_mended, "zip": open_archive, "gz": open_archive}.get(kind, read)


def _say(line: str) -> None:
    print(line)  # noqa: T201 - a command


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("--readers", default=",".join(KINDS))
    parser.add_argument("--minutes", type=float, default=3.0, help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", default="fuzz-guided.json")
    parser.add_argument("--reader", choices=KINDS, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

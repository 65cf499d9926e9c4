"""What Backfour runs on: who runs it, and the libraries that read what comes from outside."""

import importlib.metadata
import os
import re
from collections.abc import Iterator
from xml.parsers import expat

from pipeline.doctor.findings import Finding, ok, warning, wrong

EXPAT = (2, 6)  # before it, a long token fed in pieces costs quadratic time
LXML = (5,)  # before it, gpxpy on lxml reads local files
POLARS = ((2,), (3,))


def examine() -> Iterator[Finding]:
    """Yield what is found of the machine."""
    yield of_user(os.geteuid())
    yield of_expat(expat.version_info)
    yield of_lxml(installed("lxml"))
    yield of_polars(installed("polars"))


def of_user(user: int) -> Finding:
    """Warn of root: a fault in a library would then reach the whole machine."""
    if user == 0:
        return warning("user", "is root", "", "run it as an ordinary user, who owns the folder")
    return ok("user", "is an ordinary one")


def of_expat(version: tuple[int, ...]) -> Finding:
    """Look at what reads XML."""
    shown = ".".join(map(str, version))
    if version < EXPAT:
        remedy = "use a newer Python; until then hostile XML costs a reader's time, and no more"
        return warning("expat", f"is {shown}, older than 2.6", "", remedy)
    return ok("expat", f"is {shown}")


def of_lxml(version: str | None) -> Finding:
    """Look at what gpxpy takes to read XML wherever it is installed."""
    if version is None:
        return ok("lxml", "is not there, nor needed")
    if _numbers(version) < LXML:
        what = f"is {version}, which reads local files where a GPX asks for it"
        return wrong("lxml", what, "", "pip install 'lxml>=5', or pip uninstall lxml")
    return ok("lxml", f"is {version}")


def of_polars(version: str | None) -> Finding:
    """Look at what holds the tables."""
    low, high = POLARS
    if version is None or not low <= _numbers(version) < high:
        what = f"is {version or 'not there'}, and not of the versions it was tested with"
        return wrong("polars", what, "", "pip install 'polars>=2,<3'")
    return ok("polars", f"is {version}")


def of_typst(version: str | None) -> Finding:
    """Look at what writes PDFs, where the settings want them."""
    if version is None:
        remedy = 'pip install "backfour[pdf]", or take the setting out'
        return wrong("typst", "is not there, and report.pdf = true needs it", "", remedy)
    return ok("typst", f"is {version}")


def installed(library: str) -> str | None:
    """Return the version of a library; None where it is not installed."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", version)[:3])

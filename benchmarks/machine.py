"""What the figures were measured with: machine, Python, libraries."""

import importlib.metadata
import os
import platform
from collections.abc import Iterable
from pathlib import Path

OURS = ("numpy", "polars", "fastcrc", "pebble", "pyproj", "tzfpy")


def described() -> list[str]:
    """Describe the machine, as lines of Markdown."""
    return [
        f"- Machine: {len(os.sched_getaffinity(0))} cores, {_cpu()}, {_memory_gb()} GB of memory.",
        f"- Load when it ended: {os.getloadavg()[0]:.1f}, of which the measuring is 1 to 3.",
        f"- Python {platform.python_version()} on {platform.system()}; {versions(OURS)}.",
    ]


def versions(names: Iterable[str]) -> str:
    """Name some libraries with their versions; those that are not there are left out."""
    return ", ".join(f"{name} {version(name)}" for name in names if version(name))


def version(name: str) -> str:
    """Return the version of an installed library, or nothing."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _cpu() -> str:
    return _said(Path("/proc/cpuinfo"), "model name") or platform.processor() or "unnamed"


def _memory_gb() -> int:
    return round(int(_said(Path("/proc/meminfo"), "MemTotal").split()[0] or 0) / 1_000_000)


def _said(file: Path, name: str) -> str:
    """Return what a file of /proc says of something."""
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith(name):
                return line.partition(":")[2].strip()
    return "0"

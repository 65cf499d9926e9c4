import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Dialog, Page

from pipeline.report import Options, receipt_page, render
from pipeline.week import Week

from .cases import clinic_pages, receipt_of

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
OVERFLOW = """size => {
    const all = document.documentElement;
    all.style.fontSize = size;
    return all.scrollWidth - all.clientWidth }"""
HEIGHT = 800


@dataclass
class Tab:
    """One page of a browser without a network, and all that pages in it ask for or say."""

    page: Page
    heard: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", lambda message: self.heard.append(message.text))
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("request", lambda request: self.heard.append(request.url))
        self.page.on("dialog", self._close)

    def _close(self, dialog: Dialog) -> None:
        self.heard.append(dialog.message)
        dialog.accept()

    def show(self, path: Path, width: int = 1100, scheme: str = "light") -> None:
        self.look(width, scheme)
        self.page.goto(path.as_uri())

    def look(self, width: int, scheme: str = "light") -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(media="null", color_scheme="dark" if scheme == "dark" else "light")

    def overflow(self, width: int, percent: int) -> int:
        """How far the page reaches beyond its window sideways, with text of so many percent."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        return int(self.page.evaluate(OVERFLOW, f"{percent}%"))

    def overflows(self) -> dict[tuple[int, int], int]:
        found = {
            (width, percent): self.overflow(width, percent)
            for width, percent in ((320, 100), (375, 100), (640, 200), (1100, 100))
        }
        return {key: value for key, value in found.items() if value}


def write(folder: Path, weeks: Sequence[Week]) -> list[Path]:
    """Write the reports of some weeks; return the index and the page of the newest week."""
    for path, data in render(weeks, options=Options()):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    if not weeks:
        return [folder / "index.html"]
    calendar = weeks[-1].calendar
    return [folder / "index.html", folder / f"{calendar.iso_year:04d}" / f"{calendar.id}.html"]


def write_receipt(folder: Path, count: int) -> Path:
    """Write the page of every file, with so many files of each outcome; return it."""
    path = folder / "receipt.html"
    path.write_text(receipt_page.page(receipt_of(count), Options()), encoding="utf-8")
    return path


def write_clinic(folder: Path) -> Path:
    """Write the clinic page of everybody in the cases; return it."""
    for name, content in clinic_pages().items():
        (folder / name).write_bytes(content)
    return folder / "clinic.html"

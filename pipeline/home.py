"""One installation on disk: where everything lies, its settings, and whose file is whose."""

import importlib.util
import os
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline import ground, settings
from pipeline.disk import Disk, replace_if_different
from pipeline.errors import Code, SettingsError
from pipeline.inbox import Entry, scan
from pipeline.library import Library
from pipeline.programme import prescriptions
from pipeline.settings import Person, Settings

SETTINGS_FILE = "backfour.toml"
ASIDE = re.compile(rb"\.aside-[0-9a-f]{8}-(.+)", re.DOTALL)  # what a killed run was removing
ERASING = re.compile(r"\.erasing-([a-z0-9-]{1,40})-[0-9a-f]{16}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def require_pdf(what: str) -> None:
    """Raise SettingsError where the extra that writes PDFs is missing; `what` asks for one."""
    if importlib.util.find_spec("typst") is None:
        message = f'{what} needs the package typst; install it: pip install "backfour[pdf]"'
        raise SettingsError(message)


@dataclass(frozen=True)
class Home:
    """One installation: where its settings, inbox, people and reports lie.

    `disk` does all writing.
    """

    folder: Path
    disk: Disk = field(default_factory=Disk)

    @property
    def inbox(self) -> Path:
        """Where files are dropped; never changed by us."""
        return self.folder / "inbox"

    @property
    def people(self) -> Path:
        """Where a folder for each person lies."""
        return self.folder / "people"

    @property
    def reports(self) -> Path:
        """Where pages are written."""
        return self.folder / "reports"

    @property
    def settings_file(self) -> Path:
        """Where `backfour.toml` lies."""
        return self.folder / SETTINGS_FILE

    def library(self, person: Person) -> Library:
        """What is kept of one person."""
        return Library(self.people / person.id, self.disk)

    def erased_mark(self, person_id: str) -> Path:
        """Where the day is kept on which a person was erased: it stops their import."""
        return self.people / f"{person_id}.erased"

    def erased(self, person_id: str) -> str | None:
        """Return the day on which a person was erased, if they were, and it was not lifted."""
        try:
            said = self.erased_mark(person_id).read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return None
        return said.strip() if DAY.fullmatch(said.strip()) else "an unknown day"

    def half_erased(self) -> set[str]:
        """Return the ids of those whose erasure was begun and is not finished."""
        tops = [each for each in (self.people, self.reports) if each.is_dir()]
        found = [ERASING.fullmatch(path.name) for top in tops for path in top.iterdir()]
        return {match[1] for match in found if match}

    def settings(self) -> Settings:
        """Read and check the settings, and the ground they stand on.

        Raises SettingsError with one line that says it all.
        """
        checked = self.written()
        if checked.report_pdf:
            require_pdf(f"{SETTINGS_FILE}: report.pdf = true")
        ground.check(
            *self.trees,
            is_removed=checked.after_import == "remove",
            is_network_allowed=checked.allow_network_storage,
        )
        return checked

    def require_none(self) -> None:
        """Raise SettingsError when there is an installation already."""
        if self.settings_file.exists():
            message = f"{self.settings_file} is there already; change it with an editor"
            raise SettingsError(message)

    @property
    def trees(self) -> tuple[Path, Path, Path]:
        """The folders none of which may lie in another."""
        return self.inbox, self.people, self.reports

    def written(self) -> Settings:
        """Read and check what the settings file says, and nothing else; raises SettingsError."""
        try:
            text = self.settings_file.read_text(encoding="utf-8")
        except FileNotFoundError as fault:
            message = f"there is no {self.settings_file}; run backfour init first"
            raise SettingsError(message) from fault
        except UnicodeDecodeError as fault:
            message = f"{self.settings_file} is not UTF-8 text at byte {fault.start}"
            raise SettingsError(message) from fault
        checked = settings.parse(text)
        prescriptions.check(checked)
        return checked

    def entries(self, checked: Settings, person: Person) -> Iterator[Entry]:
        """Yield a person's files; with one person also those dropped directly into the inbox."""
        yield from scan(self.inbox / person.id)
        if len(checked.people) == 1:
            for entry in scan(self.inbox, skip=(person.id,)):
                if b"/" not in entry.name:
                    yield entry

    def strays(self, checked: Settings) -> Iterator[Entry]:
        """Yield what lies in the inbox and belongs to nobody: it is reported, and left there."""
        people = tuple(person.id for person in checked.people)
        for entry in scan(self.inbox, skip=people):
            if len(people) > 1 or b"/" in entry.name:
                yield replace(entry, code=entry.code or Code.W_NO_PERSON)


def create(home: Home, label: str, zone: str, inbox: Path | None = None) -> None:
    """Make an installation for one person; raises SettingsError when there is one already.

    With `inbox`, files are dropped in that folder: the installation's own inbox leads there.
    """
    home.require_none()
    settings.parse(settings.write(label, zone))  # a zone that does not exist is refused here
    if inbox is not None:
        _lead_to(home, inbox)
    for folder in (home.folder, home.inbox, home.people, home.reports):
        home.disk.new_folder(folder)
    replace_if_different(home.disk, home.settings_file, settings.write(label, zone).encode())
    home.disk.new_folder(home.inbox / "me")


def _lead_to(home: Home, inbox: Path) -> None:
    if home.inbox.exists() or home.inbox.is_symlink():
        message = f"{home.inbox} is there already; move it away first"
        raise SettingsError(message)
    home.disk.new_folder(home.folder)
    inbox.mkdir(parents=True, exist_ok=True)
    home.inbox.symlink_to(inbox, target_is_directory=True)


def key(entry: Entry) -> str:
    """Name a file of the inbox in what the library remembers of it."""
    within = entry.name.rpartition(b"/")[0]
    folder = within.rpartition(b"/")[2] or os.fsencode(entry.folder.name)
    return urllib.parse.quote_from_bytes(folder + b"/" + entry.name)

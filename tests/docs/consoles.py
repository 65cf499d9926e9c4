"""What the pages show in consoles, run in order in an installation of its own for each page.

Comments above a block prepare it; nobody sees them in the page:

    <!-- now 2026-11-15T22:00:00+01:00 -->   the moment, from here on
    <!-- drop strong.csv pain.csv -->        sample files, put into the inbox
    <!-- here strong.csv -->                 the same, put where the commands are run
    <!-- file ~/backfour/inbox/me/p.csv -->  the block is this file
    <!-- add -->                             the block is added to the settings
    <!-- varies -->                          what it says depends on the machine: not compared
    <!-- shown -->                           the block is not run: it asks, waits, or installs
"""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from flows.command import app

from ..homes import SAMPLES  # noqa: TID252 - tests are one package
from .commands_page import commands
from .pages import Block

COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
TOOLS = ("mkdir", "cp", "head", "grep")
FLOWS = ("run", "demo")  # said to write the same bytes without Prefect, twenty seconds sooner
ERASED = re.compile(r"(Erased on )[\d-]+")  # by the clock
MEGABYTES = re.compile(r"\d+\.\d MB")


@dataclass
class Console:
    """Somebody's home folder, in which a page's commands are run one after the other."""

    folder: Path
    now: str = "2026-11-16T06:00:00+01:00"
    failures: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """The installation."""
        return self.folder / "backfour"

    def told(self, block: Block) -> str:
        """Do what stands before a block, run it, and return it with the output as it is now."""
        for word, rest in block.marks:
            self._prepare(word, rest, block)
        if block.kind != "console" or block.has("shown"):
            return block.text
        varies = block.has("varies")
        found = COMMAND.finditer(block.text)
        return "".join(self._ran(*match.groups(), varies=varies) for match in found)

    def _prepare(self, word: str, rest: str, block: Block) -> None:
        match word:
            case "now":
                self.now = rest
            case "drop" | "here":
                inbox = self.home / "inbox" / "me"
                for each in shlex.split(rest):
                    target = inbox if word == "drop" else self.folder
                    shutil.copyfile(SAMPLES / "inbox" / each, target / each)
            case "file":
                target = self.folder / rest.removeprefix("~/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.text, encoding="utf-8")
            case "add":
                settings = self.home / "backfour.toml"
                settings.write_text(f"{settings.read_text('utf-8')}\n{block.text}", "utf-8")

    def _ran(self, line: str, shown: str, *, varies: bool) -> str:
        words = [str(self._path(word)) for word in shlex.split(line)]
        if words[0] in TOOLS:
            ran = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 - one of four
            return f"$ {line}\n{self._plain(ran.stdout)}"
        if words[0] != "backfour":
            return f"$ {line}\n{shown}"
        lines = int(words.pop()[1:]) if words[-3:-1] == ["|", "head"] else None
        words = words if lines is None else words[:-2]
        self._settle()
        result = CliRunner().invoke(app, [*words[1:], *self._more(words[1:])])
        if result.exit_code:
            self.failures.append(f"{line}: {result.exit_code} {result.output}")
        told = self._plain(result.output).splitlines(keepends=True)[:lines]
        return f"$ {line}\n{shown if varies else ''.join(told)}"

    def _more(self, words: list[str]) -> Iterator[str]:
        """The moment, and no Prefect, for what takes such options."""
        names = [name for name in commands() if words[: name.count(" ") + 1] == name.split()]
        if names:
            takes = {each.name for each in commands()[max(names, key=len)].params}
            yield from ("--now", self.now) if "now" in takes and "--now" not in words else ()
            yield from ("--direct",) if words[0] in FLOWS and "--direct" not in words else ()

    def _path(self, word: str) -> Path | str:
        return self.folder / word[2:] if word.startswith("~/") else word

    def _settle(self) -> None:
        """Spare the page the wait for files that are still being written."""
        settings = self.home / "backfour.toml"
        if settings.exists() and "settle_seconds" not in (text := settings.read_text("utf-8")):
            settings.write_text(f"settle_seconds = 0\n{text}", encoding="utf-8")

    def _plain(self, output: str) -> str:
        text = ERASED.sub(rf"\g<1>{self.now[:10]}", output.replace(str(self.folder), "~"))
        lines = [line.rstrip() for line in MEGABYTES.sub("0.1 MB", text).splitlines()]
        return "".join(f"{line}\n" for line in lines)

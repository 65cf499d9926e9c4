"""Disks that count what is done to them, and die, fail or remember at any moment of it."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.disk import Disk, Statement

# Every effect there is; what is not here is made of these. A test holds it against the class.
EFFECTS = (
    *("write_copy", "append", "new_folder", "link_new", "rename", "unlink"),
    *("seal", "permit", "sync", "sync_folder", "remove_folder", "execute"),
)
COMPOSED = ("write_new", "link", "sync_all")


class Killed(BaseException):
    """The process ends here: nothing of it runs any more, nor is anything tidied up."""


class Watched(Disk):
    """Calls `moment` before and after each effect, and in the middle of each write."""

    def moment(self, effect: str, path: Path) -> None:
        """Do as a subclass says."""

    def write_copy(self, path: Path, chunks: Iterable[bytes]) -> None:
        self.moment("write_copy", path)
        super().write_copy(path, self._halved(path, chunks))
        self.moment("after write_copy", path)

    def _halved(self, path: Path, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            yield chunk[: len(chunk) // 2]
            self.moment("half write_copy", path)
            yield chunk[len(chunk) // 2 :]

    def append(self, path: Path, lines: bytes) -> None:
        self.moment("append", path)
        super().append(path, lines)
        self.moment("after append", path)

    def new_folder(self, path: Path) -> None:
        self.moment("new_folder", path)
        super().new_folder(path)
        self.moment("after new_folder", path)

    def link_new(self, source: Path, target: Path) -> None:
        self.moment("link_new", target)
        super().link_new(source, target)
        self.moment("after link_new", target)

    def rename(self, source: Path, target: Path) -> None:
        self.moment("rename", target)
        super().rename(source, target)
        self.moment("after rename", target)

    def unlink(self, path: Path) -> None:
        self.moment("unlink", path)
        super().unlink(path)
        self.moment("after unlink", path)

    def seal(self, path: Path, first_seen: dt.datetime) -> None:
        self.moment("seal", path)
        super().seal(path, first_seen)
        self.moment("after seal", path)

    def permit(self, path: Path, mode: int) -> None:
        self.moment("permit", path)
        super().permit(path, mode)
        self.moment("after permit", path)

    def sync(self, path: Path) -> None:
        self.moment("sync", path)
        super().sync(path)
        self.moment("after sync", path)

    def remove_folder(self, path: Path) -> None:
        self.moment("remove_folder", path)
        super().remove_folder(path)
        self.moment("after remove_folder", path)

    def execute(self, database: Path, statements: Sequence[Statement]) -> None:
        self.moment("execute", database)
        super().execute(database, statements)
        self.moment("after execute", database)

    def sync_folder(self, path: Path) -> None:
        self.moment("sync_folder", path)
        super().sync_folder(path)
        self.moment("after sync_folder", path)


class Dying(Watched):
    """Dies at the n-th moment, and stays dead; -1 never does. `effects` is what came before."""

    def __init__(self, moments: int) -> None:
        self.left = moments
        self.effects: list[tuple[str, str]] = []

    @property
    def is_dead(self) -> bool:
        return self.left == 0

    def moment(self, effect: str, path: Path) -> None:
        if self.is_dead:
            raise Killed
        self.left -= 1
        self.effects.append((effect, path.name))


class Failing(Watched):
    """Fails with an OSError at the n-th beginning of an effect, and once more or for ever after."""

    def __init__(self, effects: int, code: int, *, is_for_ever: bool) -> None:
        self.number, self.code, self.is_for_ever = effects, code, is_for_ever
        self.count = itertools.count()
        self.failed = 0

    def moment(self, effect: str, path: Path) -> None:
        if effect.startswith("after"):
            return
        now = next(self.count)
        if now == self.number or (self.is_for_ever and now > self.number):
            self.failed += 1
            raise OSError(self.code, "a fault of our disk", str(path))


class Meanwhile(Watched):
    """Lets somebody else act at the n-th moment, once."""

    def __init__(self, moments: int, act: Callable[[], Any]) -> None:
        self.left, self.act = moments, act

    def moment(self, effect: str, path: Path) -> None:
        del effect, path
        self.left -= 1
        if self.left == -1:
            self.act()

"""What a disk may hold after the power failed: all that was made durable, and any of the rest.

What POSIX promises is the model, not what one file system happens to do. The bytes, mode and time
of a file are there after its `fsync`, a name in a folder after an `fsync` of the folder. What was
not synced may be there or not, each alone; bytes may be there in part, or as zeros.
"""

import datetime as dt
import os
import random
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.disk import NANOSECONDS, Disk, Statement

FULL_ACCESS = 0o600
Inode = int


@dataclass(frozen=True)
class Data:
    """What a file holds; without a time it has that of the machine."""

    content: bytes
    mode: int = FULL_ACCESS
    modified_ns: int | None = None


@dataclass(frozen=True)
class Step:
    """One effect: new data of an inode, a change of names in a folder, or a sync of either.

    A name without a folder was there before the run.
    """

    inode: Inode | None = None
    data: Data | None = None
    folder: Path | None = None  # whose names change
    added: Path | None = None
    removed: Path | None = None
    is_folder: bool = False
    synced: Path | Inode | None = None


@dataclass
class Recording(Disk):
    """Does everything, and remembers what it did, in order."""

    steps: list[Step] = field(default_factory=list)
    inodes: dict[Path, Inode] = field(default_factory=dict)
    data: dict[Inode, Data] = field(default_factory=dict)

    def write_copy(self, path: Path, chunks: Iterable[bytes]) -> None:
        content = b"".join(chunks)
        super().write_copy(path, [content])
        inode = self._new(path, Data(content))
        self._name(path, inode)
        self.steps.append(Step(inode, self.data[inode]))

    def append(self, path: Path, lines: bytes) -> None:
        is_new = not path.exists()
        inode = self._new(path, Data(b"")) if is_new else self._of(path)
        super().append(path, lines)
        if is_new:
            self._name(path, inode)
        old = self.data[inode]
        self._change(inode, Data(old.content + lines, old.mode))
        self.steps.append(Step(synced=inode))

    def new_folder(self, path: Path) -> None:
        missing = [each for each in (path, *path.parents) if not each.exists()]
        super().new_folder(path)
        for each in reversed(missing):
            self.steps.append(Step(folder=each.parent, added=each, is_folder=True))

    def link_new(self, source: Path, target: Path) -> None:
        super().link_new(source, target)
        self._name(target, self._of(source))

    def rename(self, source: Path, target: Path) -> None:
        inode = self._of(source)
        super().rename(source, target)
        self.inodes.pop(source)
        self._name(target, inode, removed=source)

    def unlink(self, path: Path) -> None:
        if path.exists():
            inode = self._of(path)
            self.inodes.pop(path)
            self.steps.append(Step(inode, folder=path.parent, removed=path))
        super().unlink(path)

    def seal(self, path: Path, first_seen: dt.datetime) -> None:
        super().seal(path, first_seen)
        inode = self._of(path)
        at = int(first_seen.timestamp()) * NANOSECONDS
        self._change(inode, Data(self.data[inode].content, 0o400, at))

    def permit(self, path: Path, mode: int) -> None:
        super().permit(path, mode)
        inode = self._of(path)
        old = self.data[inode]
        self._change(inode, Data(old.content, mode, old.modified_ns))

    def sync(self, path: Path) -> None:
        super().sync(path)
        self.steps.append(Step(synced=self._of(path)))

    def sync_folder(self, path: Path) -> None:
        super().sync_folder(path)
        self.steps.append(Step(synced=path))

    # Only erasures do these, and a whole folder that moves is not in this model.
    def remove_folder(self, path: Path) -> None:
        raise NotImplementedError(path)

    def execute(self, database: Path, statements: Sequence[Statement]) -> None:
        raise NotImplementedError(database)

    def _new(self, path: Path, data: Data) -> Inode:
        inode = self.inodes[path] = len(self.data)
        self.data[inode] = data
        return inode

    def _of(self, path: Path) -> Inode:
        if path not in self.inodes:  # it was there before, and is durable
            it = path.stat()
            data = Data(path.read_bytes(), it.st_mode & 0o777, it.st_mtime_ns)
            inode = self._new(path, data)
            self.steps.append(Step(inode, data, added=path, synced=inode))
        return self.inodes[path]

    def _name(self, path: Path, inode: Inode, removed: Path | None = None) -> None:
        self.inodes[path] = inode
        self.steps.append(Step(inode, folder=path.parent, added=path, removed=removed))

    def _change(self, inode: Inode, data: Data) -> None:
        self.data[inode] = data
        self.steps.append(Step(inode, data))


@dataclass(frozen=True)
class Image:
    """What a disk holds after a failure: the changes of names that hold, and data by inode."""

    moment: int
    names: Sequence[Step]
    data: Mapping[Inode, Data]


def images(steps: Sequence[Step], every: int, drawn: random.Random) -> Iterator[Image]:
    """Yield what a disk may hold when the power fails after some of the steps.

    Of each moment one image without all that was not synced, one with all of it, one in between.
    """
    for moment in range(0, len(steps) + 1, every):
        for chance in (0.0, 1.0, drawn.random()):
            yield _image(steps[:moment], chance, drawn)


def _image(steps: Sequence[Step], chance: float, drawn: random.Random) -> Image:
    durable: dict[Path | Inode, int] = {}  # up to which step
    for number, step in enumerate(steps):
        if step.synced is not None:
            durable[step.synced] = number
    names: list[Step] = []
    data: dict[Inode, Data] = {}
    for number, step in enumerate(steps):
        if step.added is not None or step.removed is not None:
            is_durable = step.folder is None or number < durable.get(step.folder, -1)
            names += [step] if is_durable or drawn.random() < chance else []
        if step.data is not None and step.inode is not None:
            is_there = number <= durable.get(step.inode, -1) or drawn.random() < chance
            old = data.get(step.inode, Data(b""))
            data[step.inode] = step.data if is_there else _torn(old, step.data, drawn)
    return Image(len(steps), names, data)


def _torn(old: Data, new: Data, drawn: random.Random) -> Data:
    """Return what may be there of a write that was not synced: some of it, none, or zeros."""
    if not new.content.startswith(old.content):
        return old
    written = new.content[len(old.content) :]
    part = written[: drawn.randrange(len(written) + 1)]
    lost = drawn.choice((b"", part, bytes(len(written)))) if not old.content else part
    return Data(old.content + lost, old.mode, old.modified_ns)


def restore(image: Image, before: Path, ran: Path, folder: Path) -> None:
    """Write a disk to `folder`: what was there `before`, and what holds of the steps in `ran`."""
    shutil.copytree(before, folder)
    held: dict[Path, Inode] = {}
    for step in image.names:
        added = None if step.added is None else folder / step.added.relative_to(ran)
        if step.removed is not None:
            removed = folder / step.removed.relative_to(ran)
            held.pop(removed, None)
            removed.unlink(missing_ok=True)
        if added is not None and step.is_folder and added.parent.is_dir():
            added.mkdir(mode=0o700, exist_ok=True)
        elif added is not None and step.inode is not None:
            held[added] = step.inode
    for path, inode in held.items():
        if path.parent.is_dir():
            _write(path, image.data.get(inode, Data(b"")))


def _write(path: Path, data: Data) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(data.content)
    if data.modified_ns is not None:
        os.utime(path, ns=(data.modified_ns, data.modified_ns))
    path.chmod(data.mode)

"""Which originals are being read, in a file: what ends the whole run is found by the next one.

A child that dies is replaced and costs nobody anything. But a machine that runs out of memory may
end the run itself, night after night, and no report would ever be written. So the originals that
a dead run was reading are read last by the next one, each alone. What three runs died of in a row,
without a row saved while it was read alone, is refused with E_CRASH.
A run that ends in any orderly way, by an interruption or a full disk too, leaves nothing behind.
"""

from collections.abc import Iterator, Sequence

from pipeline.errors import Code, Refusal
from pipeline.library import Library

NOTED_AT_ONCE = 256  # originals; the file is written anew for so many
MOST_DEATHS = 3
FATAL = Refusal(Code.E_CRASH, f"Reading it ended the whole run {MOST_DEATHS} times.")


class UnderWay:
    """What is being read now, and how often runs died reading it before; `rows` are saved."""

    def __init__(self, library: Library, rows: int) -> None:
        self._library, self.rows = library, rows
        noted_rows, noted = library.reading()
        # An archive takes long, and some of its members may have been saved since the note.
        came_on = rows > noted_rows
        self.deaths = {sha: max(1, count - came_on) for sha, count in noted.items()}
        self._now: dict[str, None] = {}

    def done(self, sha256: str) -> None:
        """Take out what has its row now."""
        self._now.pop(sha256, None)
        self.deaths.pop(sha256, None)

    def noted(self, todo: Sequence[str]) -> Iterator[str]:
        """Yield originals to read, each noted on disk before it is."""
        for start in range(0, len(todo), NOTED_AT_ONCE):
            some = todo[start : start + NOTED_AT_ONCE]
            self._now |= dict.fromkeys(some)
            died = {sha256: self.deaths.get(sha256, 0) + 1 for sha256 in self._now}
            self._library.note_reading(self.rows, self.deaths | died)
            yield from some

    def over(self) -> None:
        """Forget all of it."""
        self._library.note_reading(0, {})

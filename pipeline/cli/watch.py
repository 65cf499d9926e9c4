"""Watching the inbox: the nightly job, without Prefect, whenever files have settled."""

import contextlib
import datetime as dt
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.base import (
    HomeOption,
    app,
    examples,
    fault_line,
    home_folder,
    one_line_faults,
)
from pipeline.errors import Busy, Code, Unfinished
from pipeline.watching import Ended, Ran, concerns, follow

if TYPE_CHECKING:
    from pipeline.home import Home

LOOK_MS, STEP_MS, POLL_MS = 2000, 500, 5000
GRACE_S = 20  # what a run has left, once we are told to stop; systemd waits for 90
LEAVING = b"\nstopping, when a run at work has ended; once more stops at once\n"
PollOption = Annotated[
    bool, typer.Option("--poll", help="Look every few seconds, where no change is told of.")
]


@app.command(epilog=examples("backfour watch", "backfour watch --poll"))
def watch(home: HomeOption = None, *, is_polled: PollOption = False) -> None:
    """Import, judge and report shortly after files are dropped, until stopped; without Prefect.

    Also once an hour, and after midnight, when a week may have closed.
    """
    with one_line_faults():
        from pipeline.home import Home  # noqa: PLC0415 - polars loads only where it is needed

        place = Home(home_folder(home))
        place.settings()  # wrong settings are said before anything
        stop = _stopped_by_signals()
        try:
            follow(_looks(place, stop, is_polled=is_polled), _clock, _Job(place).run)
        except KeyboardInterrupt:  # a run that did not end in time; the next one finishes its work
            _say("stopped within a run", is_wrong=True)
        finally:
            signal.alarm(0)


class _Job:
    """The job as a watch runs it; says what it did, and nothing twice."""

    def __init__(self, place: "Home") -> None:
        self._place = place
        self._zones: tuple[str, ...] = ()
        self._said: tuple[str, ...] = ()

    def run(self) -> Ran:
        """Run once; whatever is wrong is said in a line, and ends nothing."""
        from pipeline import jobs  # noqa: PLC0415 - polars loads only where it is needed

        faults: Sequence[Exception] = ()
        tallies: Sequence[Any] = ()
        strays: Sequence[str] = ()
        try:
            tallies = jobs.run(self._place, _clock(), time.time())
            checked = self._place.written()
            self._zones = tuple(each.zone for each in checked.people)
            strays = _of_nobody(self._place.strays(checked))
        except Unfinished as unfinished:
            tallies, faults = unfinished.done, tuple(unfinished.faults.values())
        except Exception as fault:  # noqa: BLE001 - the watch goes on
            faults = (fault,)
        for tally in tallies:
            if line := did(tally):
                _say(line)
        self._complain([*_notices(tallies), *_complaints(faults), *strays])
        return Ran(ended(tallies, faults), self._zones)

    def _complain(self, lines: Sequence[str]) -> None:
        """Say what is wrong once, and again when it comes back, not with every heartbeat."""
        for line in lines:
            if line not in self._said:
                _say(line, is_wrong=True)
        self._said = tuple(lines)


def did(tally: Any) -> str:  # noqa: ANN401 - a Tally, imported late
    """Say in one line what a run did for a person; nothing when it did nothing."""
    counts = (
        (tally.taken, "new"),
        (tally.duplicates, "already known"),
        (tally.released, "removed from the inbox"),
        (tally.pages, "page written" if tally.pages == 1 else "pages written"),
        (tally.sent, "sent"),
    )
    if not any(count for count, _ in counts):
        return ""
    waiting = (tally.waiting, "waiting")
    told = ", ".join(f"{count} {what}" for count, what in (*counts, waiting) if count)
    return f"{'. '.join([f'{tally.person}: {told}', *tally.standings])}."


def ended(tallies: Sequence[Any], faults: Sequence[Exception]) -> Ended:
    """Tell how a run ended, by the worst of it."""
    if any(not isinstance(each, Busy) for each in faults):
        return Ended.FAILED
    if faults:
        return Ended.BUSY
    return Ended.WAITING if any(each.waiting for each in tallies) else Ended.DONE


def _notices(tallies: Sequence[Any]) -> list[str]:
    return [f"{each.person}: {line}" for each in tallies for line in each.notices]


def _complaints(faults: Sequence[Exception]) -> list[str]:
    """Say what went wrong; not that another run is at work, which is asked again in seconds."""
    return [fault_line(each) for each in faults if not isinstance(each, Busy)]


def _of_nobody(strays: Iterable[Any]) -> list[str]:
    """Say how many files lie where they belong to nobody: in a folder with a typo, perhaps."""
    count = sum(each.code is Code.W_NO_PERSON for each in strays)
    files = "file in the inbox belongs" if count == 1 else "files in the inbox belong"
    return [f"{count} {files} to nobody: see backfour status"] if count else []


def _looks(place: "Home", stop: threading.Event, *, is_polled: bool) -> Iterator[bool]:
    """Look every few seconds; yield whether files, or the settings, have changed since.

    Ends when told to stop. An inbox that was put in the place of another is watched anew.
    """
    settings = _identity(place.settings_file)
    while not stop.is_set():
        inbox = _identity(place.inbox)
        if inbox is None:
            _say(f"{place.inbox} is not there; waiting for it", is_wrong=True)
            while _identity(place.inbox) is None and not stop.wait(LOOK_MS / 1000):
                yield False
            yield True
            continue
        for changes in _changes(place.inbox.resolve(), stop, is_polled=is_polled):
            before, settings = settings, _identity(place.settings_file)
            is_other = (_identity(place.inbox) or ())[:2] != inbox[:2]
            yield bool(changes) or settings != before or is_other
            if is_other:
                break


def _changes(inbox: Path, stop: threading.Event, *, is_polled: bool) -> Iterator[set[Any]]:
    """Yield what was added or changed in the inbox every two seconds, mostly nothing."""
    from watchfiles import Change, watch  # noqa: PLC0415 - loaded for watching only

    def is_of_interest(change: Change, path: str) -> bool:
        return change is not Change.deleted and concerns(Path(path).relative_to(inbox))

    for polls in (True,) if is_polled or _is_silent(inbox) else (False, True):
        how = f", every {POLL_MS // 1000} seconds" if polls else ""
        _say(f"watching {inbox}{how}")
        try:
            yield from watch(
                inbox,
                watch_filter=is_of_interest,
                stop_event=stop,
                step=STEP_MS,
                rust_timeout=LOOK_MS,
                yield_on_timeout=True,
                force_polling=polls,
                poll_delay_ms=POLL_MS,
                ignore_permission_denied=True,
            )
        except (OSError, RuntimeError) as fault:
            if not inbox.is_dir():
                return
            if polls:
                raise
            _say(f"the system does not tell of changes: {fault}", is_wrong=True)
        else:
            return


def _is_silent(inbox: Path) -> bool:
    """Tell whether files may be dropped, into any folder of the inbox, without our being told."""
    from pipeline import ground  # noqa: PLC0415 - as above

    with contextlib.suppress(OSError):
        folders = [inbox, *(each for each in inbox.iterdir() if each.is_dir())]
        return any(ground.is_changed_elsewhere(each) for each in folders)
    return False


def _stopped_by_signals() -> threading.Event:
    """Return what is set by SIGINT and SIGTERM.

    A run has a while to end by itself; then, or at a second signal, it is interrupted.
    """
    stop = threading.Event()

    def told(number: int, _frame: object) -> None:
        if stop.is_set() or number == signal.SIGALRM:
            raise KeyboardInterrupt
        stop.set()
        signal.alarm(GRACE_S)
        if sys.stderr.isatty():
            os.write(sys.stderr.fileno(), LEAVING)  # echo may be at work just now

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(each, told)
    return stop


def _identity(path: Path) -> tuple[int, ...] | None:
    """Tell a file, as it stands, from any other; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _say(line: str, *, is_wrong: bool = False) -> None:
    typer.echo(f"{dt.datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line}", err=is_wrong)

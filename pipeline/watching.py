"""When a watch runs the job: shortly after files settle, again while some wait, and by the hour.

Only the decisions. Times are the machine's clock, aware UTC, and no run's `now`: a clock that
counts while the machine sleeps, so that a slept-through heartbeat is due on waking.
"""

import datetime as dt
import enum
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePath

from pipeline import inbox

QUIET = dt.timedelta(seconds=2)  # without a change: whatever was dropped together is one run
LONGEST = dt.timedelta(minutes=1)  # a folder that never rests is looked at all the same
RETRY = dt.timedelta(seconds=5)  # doubled each time, while a file waits or a run fails
BUSY_RETRY = dt.timedelta(minutes=1)  # the longest until another run is asked again to be done
# Notice of a change can be lost: a network folder, a full queue, a kernel that forgets.
HEARTBEAT = dt.timedelta(hours=1)


class Ended(enum.Enum):
    """How a run ended, as far as the next one depends on it."""

    DONE = "done"
    WAITING = "waiting"  # a file is still being written, or cannot be taken now
    BUSY = "busy"  # another run holds a lock
    FAILED = "failed"


@dataclass(frozen=True)
class Ran:
    """How a run ended, and the zones of those it was for: a week closes at their midnight."""

    ended: Ended
    zones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """When the job runs next: at `beat_at`, or at `quiet_at` if files changed and that is sooner.

    `changed_at` is the first change that no run has seen. `tries` counts runs in a row that left
    something to do.
    """

    beat_at: dt.datetime
    quiet_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None
    ran_at: dt.datetime | None = None
    tries: int = 0

    def changed(self, at: dt.datetime) -> "Plan":
        """Return the plan after a change: a run when it has been quiet, at last after LONGEST."""
        first = self.changed_at or at
        return replace(self, quiet_at=min(at + QUIET, first + LONGEST), changed_at=first, tries=0)

    def is_due(self, at: dt.datetime) -> bool:
        """Tell whether the job runs now; it also does when the clock was set back."""
        due_at = min(self.beat_at, self.quiet_at or self.beat_at)
        return at >= due_at or (self.ran_at is not None and at < self.ran_at)

    def after(self, ran: Ran, at: dt.datetime) -> "Plan":
        """Return the plan after a run that ended at a moment: soon if something is left to do."""
        beat_at = min([at + HEARTBEAT, *(next_midnight(at, zone) for zone in ran.zones)])
        if ran.ended is Ended.DONE:
            return Plan(beat_at, ran_at=at)
        longest = BUSY_RETRY if ran.ended is Ended.BUSY else HEARTBEAT
        pause = min(RETRY * 2 ** min(self.tries, 10), longest)
        return Plan(min(beat_at, at + pause), ran_at=at, tries=self.tries + 1)


def follow(looks: Iterable[bool], clock: Callable[[], dt.datetime], run: Callable[[], Ran]) -> None:
    """Run the job whenever it is due, for as long as there are looks.

    Each look says whether something changed since the one before; there is one every few seconds.
    """
    plan = Plan(clock())
    for is_changed in looks:
        at = clock()
        if is_changed:
            plan = plan.changed(at)
        if plan.is_due(at):
            plan = plan.after(run(), clock())


def concerns(path: PurePath) -> bool:
    """Tell whether a run could take what has changed at a path below the inbox."""
    return all(inbox.is_ours(part) for part in path.parts) and not inbox.is_temporary(path.name)


def next_midnight(at: dt.datetime, zone: str) -> dt.datetime:
    """Return when the local day of a moment ends, in UTC."""
    place = zoneinfo.ZoneInfo(zone)
    tomorrow = at.astimezone(place).date() + dt.timedelta(days=1)
    # Where clocks change at midnight there may be none: this is the moment they change.
    return dt.datetime.combine(tomorrow, dt.time(), place).astimezone(dt.UTC)

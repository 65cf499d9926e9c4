"""The schedule: serve the nightly flow in the person's own time zone."""

from pathlib import Path

from prefect.schedules import Cron

from flows.nightly import nightly
from pipeline.settings import Settings

AT_ONCE = 1


def serve(home: Path, settings: Settings) -> None:
    """Run the nightly flow by its schedule until stopped; one run at a time.

    03:00, the default, exists in every time zone on both nights when the clocks change.
    """
    zone = settings.people[0].zone
    nightly.serve(
        name="backfour",
        schedule=Cron(settings.schedule, timezone=zone),
        parameters={"home": str(home.resolve())},
        limit=AT_ONCE,
        paused=False,
        pause_on_shutdown=False,  # the schedule is there again when this command is
        tags=["backfour"],
        description="Import what is new, judge the week, write the report.",
        print_starting_message=False,
    )

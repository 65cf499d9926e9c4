"""The schedule: serve the nightly flow in the person's own time zone."""

from pathlib import Path

from prefect.schedules import Cron

from flows.nightly import nightly
from pipeline.home import Home

CATCH_UP_LIMIT = 1


def serve(home: Path) -> None:
    """Run the nightly flow by its schedule until stopped; one run at a time.

    03:00, the default, exists in every time zone on both nights when the clocks change.
    """
    settings = Home(home).settings()
    zone = settings.people[0].zone
    nightly.serve(
        name="backfour",
        schedule=Cron(settings.schedule, timezone=zone),
        parameters={"home": str(home.resolve())},
        limit=CATCH_UP_LIMIT,
        tags=["backfour"],
        description="Import what is new, judge the week, write the report.",
    )

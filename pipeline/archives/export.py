"""What the list inside an app's export says of the workouts beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.errors import Refusal
from pipeline.members import Told
from pipeline.tables import Activity, Problem


@dataclass(frozen=True)
class Export:
    """An app's export: what it tells by the names of its files, and workouts without a file.

    `told` goes by a member's name inside the export's own folder. `refusal` is set when the list
    could not be used at all: its files are read all the same, without what it would have told.
    """

    app: str | None = None
    told: Mapping[bytes, Told] = field(default_factory=dict)
    activities: tuple[Activity, ...] = ()
    problems: tuple[Problem, ...] = ()
    refusal: Refusal | None = None

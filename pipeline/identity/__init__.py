"""Which recordings are the same session: one body cannot do two at once.

Same kind and overlapping in time is one session. The richest recording is kept: with a distance
before without, a device before a log, whole before damaged, FIT before TCX, GPX and CSV, more
samples, then the longer, then the smaller hash. So nothing depends on the order of arrival.
"""

from pipeline.identity.distances import DISTANCE_CHAIN, SHORTEST_JOG_M
from pipeline.identity.following import back_to_back
from pipeline.identity.recordings import Person, instant, recordings, wall_clock
from pipeline.identity.sessions import (
    LOG,
    RICHNESS,
    TRUNCATED,
    WHOLE,
    jogs,
    joined_by_workout,
    strength,
)
from pipeline.identity.suspects import unsettled

__all__ = [
    "DISTANCE_CHAIN",
    "LOG",
    "RICHNESS",
    "SHORTEST_JOG_M",
    "TRUNCATED",
    "WHOLE",
    "Person",
    "back_to_back",
    "instant",
    "jogs",
    "joined_by_workout",
    "recordings",
    "strength",
    "unsettled",
    "wall_clock",
]

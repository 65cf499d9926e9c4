"""RepCount: no unit; a negative weight is assistance; planned sets have neither weight nor reps.

Source: https://www.repcountapp.com

    2026-06-08 14:11,2026-06-08 15:08,"Lat Pull-down ",85,8,"",,,,Back,"Pull ",
"""

from pipeline.readers.csv_log.dialect import Dialect

REPCOUNT = Dialect(
    "RepCount",
    header="Workout Start,Workout End,Exercise,Weight,Reps,Notes,Kcal,Distance,Duration,Category,"
    "Name,Bodyweight",
    label="Exercise",
    start="Workout Start",
    formats=("%Y-%m-%d %H:%M",),
    workout=("Workout Start", "Name"),
    end="Workout End",
    title="Name",
    reps="Reps",
    seconds="Duration",
    weight="Weight",
    distance="Distance",
)

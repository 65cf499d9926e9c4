"""Fitbod: the weight of one implement, and the instant of the workout, or of each set.

Source: https://fitbod.me

    2024-11-26 17:18:41 +0000,Lat Pulldown, 6,20.0,0.0,0.0,0.0,0.0,false,, 1.0
"""

from dataclasses import replace

from pipeline.readers.csv_log.dialect import Dialect

KILOGRAMS = Dialect(
    "Fitbod",
    header="Date,Exercise,Reps,Weight(kg),Duration(s),Distance(m),Incline,Resistance,isWarmup,"
    "Note,multiplier",
    label="Exercise",
    start="Date",
    formats=("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M %z", "%Y-%m-%d %H:%M"),
    workout=("Date",),
    is_timed_by_set=True,
    set_type="isWarmup",
    kinds=(("false|0|", "set"), ("true|1", "warmup")),
    reps="Reps",
    seconds="Duration(s)",
    weight="Weight(kg)",
    weight_in="kg",
    distance="Distance(m)",
    distance_in="m",
)
POUNDS = replace(
    KILOGRAMS,
    header=KILOGRAMS.header.replace("(kg)", "(lbs)"),
    weight="Weight(lbs)",
    weight_in="lb",
)
OLDER = replace(KILOGRAMS, header=KILOGRAMS.header.removesuffix(",multiplier"))

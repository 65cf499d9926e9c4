"""Lyfta: no unit of weight or distance anywhere, and the word `null` for an empty cell.

Source: https://www.lyfta.app

    "Back","2026-07-13 07:30:19",01:07:22,"Lat Pulldown",,55.000,10,null,null,NORMAL_SET
"""

from dataclasses import replace

from pipeline.readers.csv_log.dialect import Dialect

PLAIN = Dialect(
    "Lyfta",
    header="Title,Date,Duration,Exercise,Superset id,Weight,Reps,Distance,Time,Set Type",
    label="Exercise",
    start="Date",
    formats=("%Y-%m-%d %H:%M:%S",),
    workout=("Date", "Title"),
    length="Duration",
    title="Title",
    set_type="Set Type",
    kinds=(("(NORMAL|DROP|FAILURE)_SET", "set"), ("WARMUP_SET", "warmup")),
    reps="Reps",
    seconds="Time",
    weight="Weight",
    distance="Distance",
    nulls=("null",),
)
WITH_EFFORT = replace(PLAIN, header=PLAIN.header + ",RIR,RPE")

"""Caliber: days without times, and no unit.

Source: https://caliberstrong.com

    "2026-07-14","Upper","Lat Pulldown","1","10","45",""
"""

from pipeline.readers.csv_log.dialect import Dialect

CALIBER = Dialect(
    "Caliber",
    header="Date,Title,Exercise,Set #,Reps,Weight,Time",
    label="Exercise",
    start="Date",
    formats=("%Y-%m-%d",),
    workout=("Date", "Title"),
    title="Title",
    reps="Reps",
    seconds="Time",
    weight="Weight",
)

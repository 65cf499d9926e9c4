"""Hevy; months and titles in the language of the app.

Source: https://www.hevyapp.com

    "Rücken","30 Mär 2026, 19:56","30 Mär 2026, 20:58","","Latzug (Kabel)",,"",0,"normal",45,10,,,
"""

from dataclasses import replace

from pipeline.errors import Code
from pipeline.readers.csv_log.dialect import Dialect, Elsewhere

METRIC = Dialect(
    "Hevy",
    header="title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,"
    "set_index,set_type,weight_kg,reps,distance_km,duration_seconds,rpe",
    label="exercise_title",
    start="start_time",
    formats=(
        "%d %b %Y, %H:%M",
        "%d %b %Y, %I:%M%p",
        "%d de %b de %Y, %H:%M",
        "%d %b %Y г., %H:%M",
        "%Y年%m月%d日, %H:%M",
        "%Y年%m月%d日 %H:%M",
        "%Y년 %m월 %d일, %H:%M",
        "%d.%m.%Y, %H:%M",
        "%b %d, %Y, %I:%M%p",
        "%b %d, %Y, %H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M:%S%z",
    ),
    workout=("start_time", "title"),
    end="end_time",
    title="title",
    set_type="set_type",
    kinds=(("normal|dropset|failure", "set"), ("warmup", "warmup")),
    reps="reps",
    seconds="duration_seconds",
    weight="weight_kg",
    weight_in="kg",
    distance="distance_km",
    distance_in="km",
    spare=("description", "superset_id", "exercise_notes", "rpe"),
)
# The two units are two settings of the app.
MILES = replace(
    METRIC,
    header=METRIC.header.replace("_km", "_miles"),
    distance="distance_miles",
    distance_in="mi",
)
POUNDS = replace(
    METRIC, header=METRIC.header.replace("_kg", "_lbs"), weight="weight_lbs", weight_in="lb"
)
IMPERIAL = replace(
    POUNDS,
    header=POUNDS.header.replace("_km", "_miles"),
    distance="distance_miles",
    distance_in="mi",
)

SIZES = "This is a list of body measurements from Hevy: there is no workout in it."
SIZES_METRIC = Elsewhere("date,weight_kg,fat_percent", SIZES, Code.E_NO_ACTIVITY)
SIZES_IMPERIAL = Elsewhere("date,weight_lbs,fat_percent", SIZES, Code.E_NO_ACTIVITY)

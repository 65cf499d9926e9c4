"""Strong, on iOS and Android.

Source: https://www.strong.app

    2026-01-05 18:02:11,"Back",1h 3m,"Lat Pulldown (Cable)",1,45.0,10,0,0,"","",
    2026-01-05 18:02:11,"Back",1h 3m,"Lat Pulldown (Cable)",Rest Timer,0.0,0,0,90.0,,,
"""

from dataclasses import replace

from pipeline.readers.csv_log.dialect import Dialect, Elsewhere

COMMA = Dialect(
    "Strong",
    header="Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
    "Notes,Workout Notes,RPE",
    label="Exercise Name",
    start="Date",
    formats=(
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %I:%M:%S%p",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d %I:%M%p",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d",
    ),
    workout=("Date",),
    length="Duration",
    title="Workout Name",
    set_type="Set Order",
    kinds=(
        ("[0-9]+|D|F", "set"),
        ("W", "warmup"),
        ("Rest Timer", "rest"),
        ("Note", "note"),
    ),
    reps="Reps",
    seconds="Seconds",
    weight="Weight",
    distance="Distance",
    spare=("Notes", "Workout Notes", "RPE"),
)
COMMA_2019 = replace(COMMA, header=COMMA.header.replace(",Duration", ""), length=None)
UNITS = replace(
    COMMA,
    header="Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps,RPE,Distance,"
    "Distance Unit,Seconds,Notes,Workout Notes,Workout Duration",
    length="Workout Duration",
    weight_unit="Weight Unit",
    distance_unit="Distance Unit",
)
UNITS_BARE = replace(UNITS, header=UNITS.header.replace(",Workout Duration", ""), length=None)
NUMBERED = replace(
    COMMA,
    header="Workout #,Date,Workout Name,Duration (sec),Exercise Name,Set Order,Weight (kg),Reps,"
    "RPE,Distance (meters),Seconds,Notes,Workout Notes",
    workout=("Workout #",),
    length="Duration (sec)",
    weight="Weight (kg)",
    weight_in="kg",
    distance="Distance (meters)",
    distance_in="m",
)
NUMBERED_POUNDS = replace(
    NUMBERED,
    header=NUMBERED.header.replace("(kg)", "(lbs)"),
    weight="Weight (lbs)",
    weight_in="lb",
)

PACKED = (
    "This is a Strong export of 2018, each line packed into one cell: export it again "
    "with a current Strong."
)
PACKED_POUNDS = Elsewhere("Date,Workout Name,Exercise Name,Set Order,lbs,Reps", PACKED)
PACKED_KILOGRAMS = Elsewhere("Date,Workout Name,Exercise Name,Set Order,kg,Reps", PACKED)

"""Fitbod: blanks before numbers, blank lines, an instant; and one saved again by Excel."""

from strength_samples.lines import lines

HEADER = (
    "Date,Exercise,Reps,Weight(kg),Duration(s),Distance(m),Incline,Resistance,isWarmup,Note,"
    "multiplier"
)

SAMPLES = {
    "fitbod.csv": lines(
        HEADER,
        "2026-01-05 22:06:49 +0000,Lat Pulldown, 12,20.0,0.0,0.0,0.0,0.0,true,, 1.0",
        "2026-01-05 22:06:49 +0000,Lat Pulldown, 10,7.9378664999999993,0.0,0.0,0.0,0.0,false,, 1.0",
        '2026-01-05 22:06:49 +0000,Glute Bridge, 15,0.0,0.0,0.0,0.0,0.0,false,"hold; ""two""", 0.0',
        "2026-01-05 22:06:49 +0000,Glute Bridge, 0,0.0,45.0,0.0,0.0,0.0,false,, 0.0",
        "",
        "2026-01-05 22:06:49 +0000,Dumbbell Shrug, 12,14.0,0.0,0.0,0.0,0.0,false,, 2.0",
        "2026-01-05 22:06:49 +0000,Dumbbell Shrug, 0,14.0,0.0,0.0,0.0,0.0,false,, 2.0",
        "2026-01-07 06:10:00 +0100,Running, 0,0.0,1500.0,4200.0,1.0,0.0,false,, 1.0",
    ),
    "fitbod_pounds.csv": lines(
        HEADER.replace("(kg)", "(lbs)"),
        "2026-01-05 22:06:49,Lat Pulldown, 10,77.5,0.0,0.0,0.0,0.0,false,, 1.0",
        "2026-01-05 22:09:10,Lat Pulldown, 8,77.5,0.0,0.0,0.0,0.0,false,, 1.0",
        "2026-01-05 23:58:30,Glute Bridge, 15,0.0,0.0,0.0,0.0,0.0,false,, 0.0",
        "2026-01-06 00:01:02,Dumbbell Shrug, 12,30.0,0.0,0.0,0.0,0.0,false,, 2.0",
        "2026-01-07 06:10:00,Running, 0,0.0,1500.0,4200.0,1.0,0.0,false,, 1.0",
    ),
    "fitbod_older.csv": lines(
        HEADER.removesuffix(",multiplier"),
        "2022-01-05 22:06 +0100,Lat Pulldown,12,20,0,0,0,0,TRUE,",
        "2022-01-05 22:06 +0100,Lat Pulldown,10,7.94,0,0,0,0,FALSE,",
        ",,,,,,,,,",
        "2022-01-05 22:06 +0100,Glute Bridge,15,0,0,0,0,0,FALSE,",
        "2022-01-05 22:06 +0100,Dumbbell Shrug,12,14,0,0,0,0,FALSE,",
        "2022-01-07 06:10 +0100,Running,0,0,1500,4200,1,0,FALSE,park",
        end="\r\n",
    ),
}

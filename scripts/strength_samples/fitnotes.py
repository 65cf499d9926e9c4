"""FitNotes: a day without a time; any of reps, weight, distance and time may be absent."""

from strength_samples.lines import lines

NEW = "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment"
OLD = "Date,Exercise,Category,Weight (lbs),Reps,Distance,Distance Unit,Time"
IOS = "Date,Exercise,Category,Weight (kg),Weight (lbs),Reps,Distance,Distance Unit,Time,Notes,Kind"

SAMPLES = {
    "fitnotes.csv": lines(
        NEW,
        '2026-04-06,Lat Pulldown,Back,35.0,kgs,10,,,,""',
        '2026-04-06,Glute Bridge,Legs,0.0,kgs,15,,,,"bodyweight; slow,\n""both"" legs"',
        "2026-04-06,Glute Bridge,Legs,,,,,,0:01:30,",
        '2026-04-06,Shrug,Back,66.14,lbs,,,,,"weight alone"',
        "2026-04-08,Running (Outdoor),Cardio,,,,3.1,mi,0:24:10,",
        "2026-04-08,Running (Outdoor),Cardio,,,,4.0,kg,,",
        "2026-04-08,Shrug,Back,66.14,lbs,10,,,0:00:40,",
    ),
    "fitnotes_pounds.csv": lines(
        OLD,
        "2026-04-06,Lat Pulldown,Back,77.16,10,,,",
        "2026-04-06,Barbell Shrug,Back,135.0,12,,,",
        "2026-04-06,Glute Bridge,Legs,0.0,15,,,",
        "2026-04-06,Glute Bridge,Legs,,,,,0:01:30",
        "2026-04-08,Running (Outdoor),Cardio,,,3.1,mi,0:24:10",
    ),
    "fitnotes_pounds_comment.csv": lines(
        OLD + ",Comment",
        '2026-04-06,Lat Pulldown,Back,77.16,10,,,,"wide, slow"',
        "2026-04-06,Barbell Shrug,Back,135.0,12,,,,",
        "2026-04-06,Glute Bridge,Legs,0.0,15,,,,",
        "2026-04-08,Running (Outdoor),Cardio,,,5000,m,0:27:10,last",
        last_end=False,
    ),
    "fitnotes_kilograms.csv": lines(
        OLD.replace("lbs", "kgs"),
        "2026-04-06,Lat Pulldown,Back,35.0,10,,,",
        "2026-04-06,Glute Bridge,Legs,0.0,15,,,",
        "2026-04-06,Barbell Shrug,Back,60.0,12,,,",
        "2026-04-08,Running (Outdoor),Cardio,,,4.2,km,0:24:10",
        "2026-04-08,Lat Pulldown,Back,35.0,12,,,",
        last_end=False,
    ),
    "fitnotes_kilograms_comment.csv": lines(
        OLD.replace("lbs", "kgs") + ",Comment",
        '2026-04-06,Lat Pulldown,Back,35.0,10,,,,"from 30"',
        "2026-04-06,Glute Bridge,Legs,,,,,0:01:30,",
        "2026-04-06,Barbell Shrug,Back,60.0,12,,,,",
        "2026-04-08,Running (Outdoor),Cardio,,,4.2,km,0:24:10,",
    ),
    "fitnotes_ios.csv": lines(
        IOS,
        '2026-04-06,Lat Pulldown,Back,35.0,,10,,,,"",wr',
        "2026-04-06,Lat Pulldown,Back,,77.16,8,,,,,wr",
        "2026-04-06,Glute Bridge,Legs,,,,,,0:01:30,,t",
        "2026-04-06,Shrug,Back,30.0,66.14,12,,,,,wr",
        "2026-04-08,Running (Outdoor),Cardio,,,,4.2,km,0:24:10,,dt",
    ),
}

"""Strong: eight layouts, rest timers and notes among the sets, quotation marks now and then."""

from strength_samples.lines import lines, under

COMMA = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
    "Notes,Workout Notes,RPE"
)
UNITS = (
    "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;"
    "Distance Unit;Seconds;Notes;Workout Notes;Workout Duration"
)
NUMBERED = (
    '"Workout #";"Date";"Workout Name";"Duration (sec)";"Exercise Name";"Set Order";'
    '"Weight (kg)";"Reps";"RPE";"Distance (meters)";"Seconds";"Notes";"Workout Notes"'
)

BACK = '2026-01-05 18:02:11,"Back, easy",1h 3m,'
LATE = "2026-01-05 6:02:11\u202fPM,Back,1h 3m,"
OLD = "2019-05-06 18:02:11,Back,"

SAMPLES = {
    "strong_comma.csv": lines(
        COMMA,
        *under(
            BACK + '"Lat Pulldown (Cable)",',
            'W,20.0,12,0,0,"","",',
            '1,35.0,10.0,0,0,"slow\nand ""steady""; no swing","",7.5',
            "D,25.0,8,0,0,,,",
            "F,37.49999999999999,6,0,0,,,",
            "Rest Timer,0,0,0,90.0,,,",
            'Note,0,0,0,0,"Straight arms next time",,',
        ),
        *under(BACK + '"Glute Bridge",', "1,0,0,0,45.0,,,", "2,0,0,0,0,,,"),
        BACK + "Shrug (Dumbbell),1,14.0,12,0,0,,,",
        "2026-01-07 07:10:00,Jog,264h 1m,Running,1,0,0,3.2,0,,,",
    ),
    "strong_12_hour.csv": lines(
        COMMA,
        *under(LATE, "Lat Pulldown (Cable),1,35.0,10,0,0,,,", "Glute Bridge,1,,15,,,,,"),
        LATE + "Shrug (Dumbbell),1,14.0,12,0,0,,,8",
        "2026-01-07 12:10:00\u202fAM,Jog,25m,Running,1,0,0,3.2,1500,,,",
    ),
    "strong_2019.csv": lines(
        COMMA.replace(",Duration", ""),
        *under(
            OLD,
            'Lat Pulldown (Cable),1,6.80388555,10,0,0,"","",',
            "Lat Pulldown (Cable),2,6.80388555,8,0,0,,,",
            'Glute Bridge,1,0,0,0,60,"",,',
            'Shrug (Barbell),1,40,12,0,0,"",,',
        ),
        '2019-05-08 07:10:00,Jog,Running,1,0,0,3.2,1500,"",,',
    ),
    "strong_bare.csv": lines(
        COMMA.replace(",Notes,Workout Notes", ""),
        *under(
            "2026-01-05 18:02:11,Back,62min,",
            "Lat Pulldown (Cable),W,20,12,0,0,",
            "Lat Pulldown (Cable),1,35,10,0,0,8.5",
            "Glute Bridge,1,0,15,0,0,",
            "Shrug (Machine),1,60,12,0,0,",
        ),
        "2026-01-07 07:10:00,Jog,1500,Running,1,0,0,3.2,1500.0,",
        last_end=False,
    ),
    "strong_units.csv": lines(
        UNITS,
        *under(
            "2026-02-02 08:00:00;Rücken;",
            "Shrug (Dumbbell);1;12,5;kg;12;;0;;0;;;35min",
            'Shrug (Dumbbell);2;12.5;kg;11;;0;;0;"a; b\nc, d";;35min',
            "Shrug (Dumbbell);3;60;lbs;10;;0;;0;;;35min",
            "Lat Pulldown (Cable);1;1,5;kg;10.0;8.5;0;;0;;;35min",
            "Lat Pulldown (Cable);Rest Timer;0;;0;;0;;120.0;;;35min",
            "Glute Bridge;1;0;;0;;0;;45;;;35min",
            "Running;1;0;;0;;4.999;km;1500;;;35min",
        ),
    ),
    "strong_units_bare.csv": lines(
        UNITS.removesuffix(";Workout Duration"),
        *under(
            "2026-02-02 08:00:00;Back;",
            "Lat Pulldown (Cable);1;77.16;lbs;10;;0;;0;;",
            "Glute Bridge;1;0;;15;;0;;0;;",
            "Shrug (Dumbbell);1;30;lbs;12;7;0;;0;;last one",
            "Running;1;0;;0;;3.1;mi;1500;;",
        ),
    ),
    "strong_units_2018.csv": lines(
        UNITS.removesuffix(";Workout Duration").replace(";RPE", ""),
        *under(
            "2018-02-02 08:00:00;Back;",
            "Lat Pulldown (Cable);1;35;kg;10;0;;0;;",
            "Glute Bridge;1;0;;15;0;;0;;",
            "Shrug (Dumbbell);1;14;kg;12;0;;0;;",
            "Running;1;0;;0;4200;m;1500;;",
        ),
    ),
    "strong_numbered.csv": lines(
        NUMBERED,
        *under(
            '"1";"2026-03-02 19:30:00";"Back";"2176";',
            '"Shrug (Barbell)";"1";"40.0";"10";"";"";"";"";""',
            '"Shrug (Barbell)";"Rest Timer";"";"";"";"";"120.0";"";""',
            '"Lat Pulldown (Cable)";"D";"35.0";"8";"";"";"";"one; two";""',
            '"Glute Bridge";"1";"";"";"";"";"45.0";"";""',
        ),
        '"2";"2026-03-04 06:30:00";"Run";"1500";"Running";"1";"";"";"";"4200.0";"1500.0";"";""',
    ),
    "strong_numbered_pounds.csv": lines(
        NUMBERED.replace("(kg)", "(lbs)"),
        *under(
            '"7";"2026-03-02 19:30:00";"Back";"2176";',
            '"Lat Pulldown (Cable)";"W";"45.0";"12";"";"";"";"";""',
            '"Lat Pulldown (Cable)";"1";"77.5";"10";"8.0";"";"";"";"said ""light"""',
            '"Lat Pulldown (Cable)";"Note";"";"";"";"";"";"Belt";""',
            '"Glute Bridge";"1";"";"15";"";"";"";"";""',
            '"Shrug (Barbell)";"F";"95.0";"12";"";"";"";"";""',
        ),
        '"8";"2026-03-04 06:30:00";"Run";"1500";"Running";"1";"";"";"";"4200.0";"1500.0";"";""',
    ),
}

"""Lyfta, RepCount, Caliber, Boostcamp and MyFitnessPal: one or two layouts each."""

from strength_samples.lines import MARK, lines, under

LYFTA = ' Title,Date,Duration,Exercise,"Superset id",Weight,Reps,Distance,Time,"Set Type"'
LYFTA_BACK = '"Back","2026-07-13 07:30:19",01:07:22,'
REPCOUNT = (
    "Workout Start,Workout End,Exercise,Weight,Reps,Notes,Kcal,Distance,Duration,Category,Name,"
    "Bodyweight"
)
CALIBER = '"Date","Title","Exercise","Set #","Reps","Weight","Time"'
BOOSTCAMP = "workout,date,week,day,exercise,set,weight,unit,reps"
MYFITNESSPAL = (
    "Date,Exercise,Type,Exercise Calories,Exercise Minutes,Sets,Reps Per Set,Kilograms,Steps,Note"
)

SAMPLES = {
    "lyfta.csv": lines(
        LYFTA,
        *under(
            LYFTA_BACK,
            '"Lat Pulldown",null,20.000,12,null,null,WARMUP_SET',
            '"Lat Pulldown",null,55.000,10,null,null,NORMAL_SET',
            '"Lat Pulldown",null,45.500,8,null,null,DROP_SET',
            '"Glute Bridge",1,null,null,null,00:00:45,NORMAL_SET',
            '"Dumbbell Shrug",1,14.000,12,null,null,FAILURE_SET',
        ),
        '"Jog","2026-07-15 06:30:19",00:27:00,"Running",null,null,null,4.2,00:27:00,NORMAL_SET',
    ),
    "lyfta_effort.csv": lines(
        LYFTA + ",RIR,RPE",
        *under(
            LYFTA_BACK,
            '"Lat Pulldown",null,55.000,10,null,null,NORMAL_SET,2,8',
            '"Glute Bridge",null,0.000,15,null,null,NORMAL_SET,null,null',
            '"Dumbbell Shrug",null,14.000,12,null,null,NORMAL_SET,1,null',
        ),
        '"Jog","2026-07-15 06:30:19",00:27:00,"Running",null,null,null,4.2,00:27:00,NORMAL_SET,,',
    ),
    "caliber.csv": lines(
        CALIBER,
        *under(
            '"2026-07-14","Upper, light",',
            '"Lat Pulldown","1","10","45",""',
            '"Lat Pulldown","2","8","47.5",""',
            '"Glute Bridge","1","15","",""',
            '"Glute Bridge","2","","","0:45"',
            '"Dumbbell Shrug","1","12","14",""',
            '"Dumbbell Shrug","2","0","14",""',
        ),
        '"2026-07-16","Run","Running","1","","","27:30"',
    ),
    "repcount.csv": lines(
        REPCOUNT,
        *under(
            "2026-06-08 14:11,2026-06-08 15:08,",
            '"Lat Pull-down ",85,8,"",,,,Back,"Pull ",81.5',
            '"Lat Pull-down ",85,10.0,"slow; ""full"",\nno swing",,,,Back,"Pull ",81.5',
            '"Lat Pull-down ",,,"",,,,Back,"Pull ",81.5',
            'Pull-up,-20,5,"",,,,Back,"Pull ",81.5',
            'Glute bridge,,15,"",,,,Legs,"Pull ",81.5',
            'Glute bridge,,,"",,,00:45,Legs,"Pull ",81.5',
            'Shrug,37.5,12,"",,,,Back,"Pull ",81.5',
        ),
        '2026-06-10 07:02,,Running,,,"",310,4.2,25:00,Cardio,"Run",',
    ),
    "boostcamp_kg.csv": lines(
        BOOSTCAMP,
        *under(
            "Pull,03/07/26,1,2,",
            "Lat Pulldown,1,45,kg,10",
            "Lat Pulldown,2,47.5,kg,8.0",
            "Lat Pulldown,3,,kg,",
            "Glute Bridge,1,,kg,15",
            "Dumbbell Shrug,1,14,kg,12",
        ),
        *under('"Legs, light",13/07/26,2,1,', "Glute Bridge,1,20,kg,15", "Glute Bridge,2,,,12"),
    ),
    "boostcamp_lb.csv": lines(
        BOOSTCAMP,
        *under(
            "Pull,07/03/26,1,2,",
            "Lat Pulldown,1,100,lb,10",
            "Lat Pulldown,2,,lb,",
            "Glute Bridge,1,,lb,15",
            "Dumbbell Shrug,1,30,lbs,12",
        ),
        "Legs,07/13/26,2,1,Glute Bridge,1,45,lb,15",
    ),
    "myfitnesspal_kg.csv": MARK
    + lines(
        MYFITNESSPAL,
        '2026-10-02,"""Lat Pulldown""",Strength,,,3,10,37.5,,""',
        '2026-10-02,"""Glute Bridge""",Strength,,,2,15,,,"hold; ""two"" seconds"',
        '2026-10-02,"""Dumbbell Shrug""",Strength,,,1,12,14.0,,',
        '2026-10-03,"""Running (jogging), 5 mph""",Cardio,310,25,,,,4100,',
        end="\r\n",
    ),
    "myfitnesspal_lb.csv": MARK
    + lines(
        MYFITNESSPAL.replace("Kilograms", "Pounds"),
        "2025-10-02,Lat Pulldown,Strength,,,3,10,80.0,,",
        "2025-10-02,Glute Bridge,Strength,,,1,15,,,",
        "2025-10-02,Dumbbell Shrug,Strength,,,2,12,30.0,,",
        "2025-10-02,Dumbbell Shrug,Strength,,,,,,,",
        "2025-10-03,Running,Cardio,310,25.5,,,,4100,",
    ),
}

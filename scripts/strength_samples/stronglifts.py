"""StrongLifts 5x5: a row for an exercise, as many sets beside each other as anyone did."""

from strength_samples.lines import MARK, lines, under

HEADER = (
    "Date (yyyy/mm/dd),Workout,Workout Name,Program Name,Body Weight (KG),Exercise,Sets×Reps,"
    "Sets×Time,Top Set (Reps×KG),e1RM (KG),Reps,Volume (KG),Workout Volume (KG),"
    "Duration (hours),Start Time (h:mm),End Time (h:mm),Notes"
)
EARLIER = (
    HEADER.replace("Top Set (Reps×KG)", "Top Set Reps x KG")
    .replace("Sets×", "Setsx")
    .replace("e1RM (KG)", "e1RM  (KG)")
)
FIRST = '2026/08/11,1,"Workout A","Stronglifts 5×5",83.5,'
SECOND = '2026/08/13,2,"Workout B","Stronglifts 5×5",83.5,'
LATE, NIGHT = "1.0166667,10:56 PM,11:57 PM,", "0.5,12:05 AM,12:35 AM,"


def _pairs(count: int, unit: str, blank: str = "") -> str:
    return "".join(
        f",{blank}Set {number} (Reps),{blank}Set {number} ({unit})"
        for number in range(1, count + 1)
    )


def _in_pounds(header: str) -> str:
    """Write LB for KG, but for the body: its column is in kilograms all the same."""
    return header.replace("KG", "LB").replace("Body Weight (LB)", "Body Weight (KG)")


SAMPLES = {
    "stronglifts_kg.csv": MARK
    + lines(
        HEADER + _pairs(6, "KG"),
        FIRST + f'"Squat",5/5/5/5/-,,5×55,63.7,20,1100,3330.0,{LATE}"",5,55,5,55,5,55,5,55,0,55,,',
        FIRST + f'"Lat Pulldown",3×10,,10×35.5,47,30,1065,3330.0,{LATE}"slow; ""full""\nstretch",'
        "10,35.5,10,35.5,10,35.5,,,,,,",
        FIRST + f'"Glute Bridge",15/12,,15×0,,27,0,3330.0,{LATE}"",15,,12,,,,,,,,,',
        FIRST + f'"Shrug",12/10,,12×40,,22,880,3330.0,{LATE}"",12,40,10,40,,,,,,,,',
        SECOND + f'"Lat Pulldown",-,,,,0,0,0.0,{NIGHT}"planned",,,,,,,,,,,,',
        SECOND + f'"Glute Bridge",0:45,0:45,,,0,0,0.0,{NIGHT}"",,,,,,,,,,,,',
        SECOND + f'"Squat",6×1,,1×60,60,6,360,360.0,{NIGHT}"",1,60,1,60,1,60,1,60,1,60,1,60',
    ),
    "stronglifts_lb.csv": MARK
    + lines(
        _in_pounds(HEADER) + _pairs(3, "LB"),
        FIRST + f'"Lat Pulldown",5/5/-,,5×75,87,10,750,1190.0,{LATE}"",5,75,5,75,0,75',
        FIRST + f'"Glute Bridge",12,,12×0,,12,0,1190.0,{LATE}"",12,0,,,,',
        FIRST + f'"Shrug",10,,10×135,,10,1350,1190.0,{LATE}"",10,135,,,,',
        SECOND + f'"Shrug",10/10/12,,12×135,,32,4320,4320.0,{NIGHT}"",10,135,10,135,12,135',
        last_end=False,
    ),
    "stronglifts_earlier.csv": lines(
        EARLIER + _pairs(2, "KG", blank=" "),
        *under(
            '2019/08/11,1,"Workout A","Stronglifts 5x5",83.5,',
            f'"Lat Pulldown",5/5,,5x35,40.8,10,350,830.0,{LATE}"",5,35,5,35',
            f'"Glute Bridge",12,,12x0,,12,0,830.0,{LATE}"",12,0,,',
            f'"Shrug",12/0,,12x40,,12,480,830.0,{LATE}"",12,40,0,40',
        ),
    ),
    "stronglifts_2018.csv": lines(
        "Date,Note,Workout,Body Weight (KG),Body Weight (LB),Exercise 1,Weight (KG),Weight (LB),"
        "Set 1,Set 2,Set 3,Exercise 2,Weight (KG),Weight (LB),Set 1,Set 2",
        "02/01/18,,A,83.5,184,Lat Pulldown,35,77.2,5,5,4,Glute Bridge,,,12,10",
        '02/03/18,"tired; ""very""",B,83.5,184,Shrug,40,88.2,12,0,,Glute Bridge,,,12,',
        "02/25/18,,A,83.5,184,Lat Pulldown,37.5,82.7,5,5,5,Shrug,42.5,93.7,10,12",
        "02/27/18,off,B,83.5,184,Shrug,,,,,,Glute Bridge,,,,",
        "03/01/18,,A,83.5,184,Lat Pulldown,37.5,82.7,5,5,5,Shrug,42.5,93.7,10,12",
    ),
}

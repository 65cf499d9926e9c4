"""JEFIT: sections with banners; an old export with packed sets, a new one with a row for each."""

from strength_samples.lines import lines

END = "#" * 54
LOGS = (
    "USERID,TIMESTAMP,belongSys,logs,_id,record,mydate,eid,ename,day_item_id,belongsession,"
    "logTime,interval_logs,auto_generated"
)


def _section(name: str, *rows: str) -> tuple[str, ...]:
    """A banner, an empty line, the header and its rows, and a line that closes them."""
    return (f"### {name} ".ljust(54, "#"), "", *rows, "", "", END, "")


def _settings(unit: str) -> tuple[str, ...]:
    return _section(
        "SETTING",
        "row_id,USERID,TIMESTAMP,gender,mass,length",
        f'1,7,"2026-01-01 00:00:00",F," {unit}"," cm"',
    )


SAMPLES = {
    "jefit_packed.csv": lines(
        *_settings("kg"),
        *_section(
            "ROUTINES",
            "_id,name,description",
            '1,Back,"Twice a week.\n\n### EXERCISE LOGS ###\n\nNo hurry; ""calm""."',
            "_id,name,description",
            '2,Legs,""',
        ),
        *_section(
            "WORKOUT SESSIONS",
            "_id,mydate,starttime,starttimie,total_time",
            "1770220318,2026-02-04,,1770220318,3600",
        ),
        *_section(
            "EXERCISE LOGS",
            LOGS,
            '7,0,0,"60x10",1,80,2026-02-04,8,Lat Pulldown,8,1770220318,1770220400,,0',
            '7,0,0,"0x15, 0x12",2,0,2026-02-04,31,Barbell Glute Bridge,8,1770220318,1770220800,,0',
            "7,0,0,0x00:01:30,3,0,2026-02-04,44,Plank,8,1770220318,1770220900,,0",
            '7,0,0,"32.5x12.0,35X10",4,46.67,2026-02-04,52,Dumbbell Shrug,8,1770220318,0,,0',
            '7,0,0,"60x10,65x8",1,86.67,2026-02-04,8,Lat Pulldown,8,1770220318,1770220400,,0',
        ),
        *_section(
            "CARDIO LOGS",
            "USERID,_id,mydate,eid,calories,distance,duration",
            "7,1,2026-02-06,901,320,4.2,1500",
            "7,2,2026-02-07,901,300,4.0,00:24:10",
        ),
    ),
    "jefit_pounds.csv": lines(
        *_settings("lbs"),
        *_section(
            "EXERCISE LOGS",
            LOGS,
            '7,0,0,"135x10,145x8",1,183,2026-02-04,8,Lat Pulldown,8,1770220318,1770220400,,0',
            "7,0,0,0x15,2,0,2026-02-04,31,Glute Bridge,8,1770220318,1770220800,,0",
            '7,0,0,"70x12,75x12",3,105,2026-02-06,52,Dumbbell Shrug,8,1770393118,1770393200,,0',
        ),
    ),
    "jefit_sets.csv": lines(
        *_settings("kg"),
        *_section(
            "EXERCISE LOGS",
            LOGS,
            '7,0,0,"64.9998x10,64.9998x8",1,86.67,2026-02-04,8,Lat Pulldown,8,1770220318,0,,0',
            "7,0,0,0x15,2,0,2026-02-04,31,Glute Bridge,8,1770220318,0,,0",
            '7,0,0,"30x12,30x12",3,42,2026-02-04,52,Dumbbell Shrug,8,1770220318,0,,0',
            "7,0,0,,4,0,2026-02-06,901,Running,8,1770393118,0,,0",
        ),
        "### EXERCISE SET LOGS ".ljust(54, "#"),
        "",
        "_id,userid,exercise_log_id,set_index,weight_lbs,reps,calories,distance_mi,speed_mph,"
        "laps,duration",
        "1,7,1,0,143.2999,10,0,0,0,0,0",
        "2,7,1,1,143.2999,8,0,0,0,0,0",
        "3,7,2,0,0,15,0,0,0,0,45",
        "4,7,4,0,0,0,320,2.61,6.3,0,1500",
    ),
}

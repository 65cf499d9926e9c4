import time

from pipeline.errors import Code
from tests.readers.strength_logs import column, log, refusal

BANNER = "### EXERCISE LOGS ####\n_id,mydate,ename,logs,belongsession\n"


def test_jefit_without_exercises_holds_no_workout() -> None:
    assert refusal("### SETTING ###\n_id,mass\n1, kg\n").code == Code.E_NO_ACTIVITY


def test_jefit_without_a_column_it_needs_is_refused_by_its_name() -> None:
    found = refusal("### EXERCISE LOGS ###\n_id,mydate,ename,belongsession\n1,2026-02-04,Shrug,7\n")

    assert found.fault == "The section EXERCISE LOGS has no column logs."


def test_jefit_without_settings_has_no_unit() -> None:
    reading = log(f"{BANNER}1,2026-02-04,Shrug,60x10,7\n")

    assert [(each.reps, each.weight, each.weight_unit) for each in reading.sets] == [(10, 60, None)]


def test_jefit_lines_after_a_section_was_closed_belong_to_none() -> None:
    reading = log(f"{BANNER}1,2026-02-04,Shrug,60x10,7\n#####\n2,2026-02-04,Shrug,60x10,7\n")

    assert column(reading, "row") == [3]


def test_a_packed_set_of_jefit_that_cannot_be_read_is_refused() -> None:
    assert refusal(f'{BANNER}1,2026-02-04,Shrug,"60x10,ten",7\n').code == Code.E_VALUE_RANGE


def test_jefit_cardio_has_the_name_that_its_exercise_has_elsewhere() -> None:
    reading = log(
        "### EXERCISE LOGS ####\n_id,mydate,ename,logs,belongsession,eid\n"
        "1,2026-02-04,Running,,7,901\n"
        "### CARDIO LOGS ###\n_id,mydate,eid,duration\n1,2026-02-05,901,600\n"
    )

    assert [(logged.label, logged.seconds) for logged in reading.sets] == (
        [("Running", None), ("Running", 600)]
    )


def test_jefit_rows_of_another_length_are_refused_and_a_warm_up_is_none() -> None:
    rows = f"{BANNER}1,2026-02-04,Shrug,,7\n### EXERCISE SET LOGS\n"
    head = "_id,exercise_log_id,weight_lbs,reps,set_type\n"

    assert column(log(f"{rows}{head}1,1,90,10,Warmup\n2,1,90,8,\n"), "kind") == ["warmup", "set"]
    assert refusal(f"{rows}{head}1,1,90,10\n2,1,90,8,\n").code == Code.E_CSV_ROW


def test_jefit_with_a_row_of_another_length_among_its_exercises_is_refused() -> None:
    content = f"{BANNER}1,2026-02-04,Shrug,60x10,7\n2,2026-02-04,Shrug\n"

    assert refusal(content).fault == "Line 4 has 3 cells, the header 5 (1 of 2 lines)."


def test_a_second_section_of_jefit_with_other_columns_is_refused_by_what_it_lacks() -> None:
    found = refusal(f"{BANNER}1,2026-02-04,Shrug,60x10,7\n### EXERCISE LOGS ###\n_id,mydate\n2,x\n")

    assert (found.code, found.fault) == (
        Code.E_CSV_HEADER,
        "The section EXERCISE LOGS has no column ename, logs, belongsession.",
    )


def test_a_banner_of_blanks_costs_no_time() -> None:
    begun = time.process_time()

    refusal(f"{BANNER}#A{' ' * 60_000}y\n1,2026-02-04,Shrug,ten,7\n")

    assert time.process_time() - begun < 0.5

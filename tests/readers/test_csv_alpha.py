import contextlib
import time

import pytest

from pipeline.errors import Code, Refused
from tests.readers.strength_logs import column, log, refusal

SESSION = '"Pull";"2026-02-19 4:54 h";"1:02 hr"\n"1. Shrug · Barbell · 8 reps"\n#;KG;REPS;RIR\n'


@pytest.mark.parametrize("line", ["1", "1;60", "Deload week", "7;"])
def test_a_line_of_alpha_that_is_no_set_is_never_one(line: str) -> None:
    found = refusal(f"{SESSION}1;60;8;1\n{line}\n")

    assert (found.code, found.fault) == (
        Code.E_CSV_ROW,
        "Line 5 has cells that are no session, no exercise and no set (1 of 2 lines).",
    )


def test_a_warm_up_of_alpha_that_cannot_be_read_is_one_without_figures() -> None:
    reading = log(SESSION.replace("8 reps", '8 reps";"WU1 · a bit<br>') + "1;60;8;1\n")

    assert column(reading, "kind") == ["warmup", "set"]
    assert [(problem.where, problem.text) for problem in reading.problems] == (
        [("line 2, column Weight", "WU1 · a bit")]
    )


def test_alpha_without_a_length_does_not_say_when_a_workout_ended() -> None:
    (only,) = log('Pull;"2026-02-19 4:54 h";soon\n1. Shrug\n#;LBS;REPS\n1;60;8\n').sets

    assert (only.local_end, only.weight, only.weight_unit) == (None, 60.0, "lb")


@pytest.mark.parametrize("names", ["#", "#;KG", "#;REPS;KG;RIR", "#;KG;RIR;REPS", "#;ST;REPS", ""])
def test_alpha_reads_no_set_below_names_it_does_not_know(names: str) -> None:
    content = SESSION.replace("#;KG;REPS;RIR", names) + "1;60;8;1\n"

    assert refusal(content).code == Code.E_CSV_ROW


@pytest.mark.parametrize(
    "name", ["a" + " " * 60_000 + "b", "a · " + "1" * 60_000, "a" + " " * 60_000 + "\nb"]
)
def test_a_name_of_blanks_costs_no_time(name: str) -> None:
    begun = time.process_time()

    with contextlib.suppress(Refused):
        log(f"{SESSION}1;60;8;1\n".replace("Shrug", name))

    assert time.process_time() - begun < 0.5

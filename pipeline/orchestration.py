"""What Prefect's own database, in the installation, tells of a person; and how it forgets them.

`flows.nightly` names its tasks and artifacts by what is here. Artifacts hold weeks, and events
copy them: a week of health is in several tables.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pipeline.disk import Statement

WORK_NAME = "import, judge and report {batch}"  # a batch is named by numbers, never by who is in it
SUMMARY_KEY = "backfour-night"
# As tasks were named when each person had two: databases of older runs still hold them.
OLD_NAMES = ("import, judge and report {person}", "publish {person}")
DATABASE = Path("prefect", "prefect.db")  # in the installation


def week_key(person_id: str) -> str:
    """Name the artifact that shows how the weeks stand."""
    return f"week-{person_id}"


def receipt_key(person_id: str) -> str:
    """Name the artifact that shows what became of the files."""
    return f"receipt-{person_id}"


def line(person_id: str, notice: str) -> str:
    """Write a line of the flow's log that tells of one person, so that it can be found again."""
    return f"{person_id}: {notice}"


def forgetting(database: Path, person_id: str) -> list[Statement]:
    """Return what deletes every row that tells of a person, in any table.

    Those that name their artifacts or tasks, their lines of the log, and the summary of every
    night, which counts them. Rows about a task of theirs go before the task. Raises sqlite3.Error.
    """
    words = (
        *(week_key(person_id), receipt_key(person_id), SUMMARY_KEY),
        *(name.format(person=person_id) for name in OLD_NAMES),
    )
    marks = ", ".join("?" for _ in words)
    before: list[Statement] = []
    after: list[Statement] = []
    for table, columns in _tables(database):
        if "task_run_id" in columns:
            theirs = f"select id from task_run where name in ({marks})"  # noqa: S608 - only marks
            before.append((f"delete from {_quoted(table)} where task_run_id in ({theirs})", words))  # noqa: S608 - names of the database's own
        if table == "log" and "message" in columns:
            after.append(("delete from log where instr(message, ?) = 1", (line(person_id, ""),)))
        for column in columns:
            cell = f"cast({_quoted(column)} as text)"
            # In JSON a name stands in quotes, so that nobody's id is found within another's.
            is_named = " or ".join(
                [f"{cell} in ({marks})", *[f"instr({cell}, ?) > 0"] * len(words)]
            )
            quoted = tuple(f'"{word}"' for word in words)
            statement = f"delete from {_quoted(table)} where {is_named}"  # noqa: S608 - the same
            after.append((statement, (*words, *quoted)))
    return before + after


def _tables(database: Path) -> Iterator[tuple[str, list[str]]]:
    with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as reading:
        tables = reading.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
            " order by name"
        ).fetchall()
        for (table,) in tables:
            columns = reading.execute("select name from pragma_table_info(?)", (table,)).fetchall()
            yield table, [column for (column,) in columns]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""How the samples are put together: rows under what they have in common, and line ends."""

MARK = "\ufeff"


def under(head: str, *rows: str) -> tuple[str, ...]:
    """Put the cells that rows have in common before each of them."""
    return tuple(head + row for row in rows)


def lines(*rows: str, end: str = "\n", last_end: bool = True) -> str:
    """Join rows to the text of a file; some apps leave the last line without an end."""
    return end.join(rows) + (end if last_end else "")

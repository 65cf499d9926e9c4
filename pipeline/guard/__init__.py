"""Reading in children that can be killed: no file can end the night, or touch another file.

Our own readers keep no state and share a child, a batch of files at a time. What ends such a
child is read again, each file of its batch alone. A reference library carries state from one
file to the next: it gets a fresh child for each file. No child ever serves two people.
"""

from pipeline.guard.reading import RETRIED, Guard, Reads, alone, guarded, read_all, said
from pipeline.guard.work import Answer, Mode, Outcome, Source

__all__ = [
    "RETRIED",
    "Answer",
    "Guard",
    "Mode",
    "Outcome",
    "Reads",
    "Source",
    "alone",
    "guarded",
    "read_all",
    "said",
]

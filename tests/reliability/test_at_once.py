"""Many processes at once over one inbox that changes meanwhile."""

import contextlib
import threading

from .nights import NIGHTS, Trials, differences
from .processes import Dropper, Runs, runs
from .zygote import BUSY, WELL

PROCESSES, ROUNDS, SECONDS = 6, 5, 3.0


def test_six_processes_at_once_end_in_the_bytes_of_one(made: Trials) -> None:
    alone = made.new()
    alone.drop(NIGHTS[0])
    alone.drop(NIGHTS[1])
    alone.dropped = {each.content: each.name for each in NIGHTS[1]}
    alone.run()
    together = made.new()
    files = {each.name: each.content for night in NIGHTS for each in night}
    dropper = Dropper(together.folder / "inbox" / "me", list(files.items()), SECONDS)
    ended: list[int] = []

    def run_often(started: Runs) -> None:
        while dropper.is_alive() or len(ended) < PROCESSES * ROUNDS:
            ended.append(started.run(together.folder))

    with contextlib.ExitStack() as stack:
        threads = [
            threading.Thread(target=run_often, args=(stack.enter_context(runs()),))
            for _ in range(PROCESSES)
        ]
        dropper.start()
        for each in threads:
            each.start()
        for each in [dropper, *threads]:
            each.join()
    together.dropped = {content: name for name, content in files.items()}
    together.run()

    assert set(ended) == {WELL, BUSY}
    assert together.unfinished() == []
    assert differences(together.state(), alone.state()) == []

"""Where a night's work is done: in the flow's own process, or by workers; `engine` says which.

The work is divided into batches of people, so that Prefect's own work for a task is paid for a few
batches and not for every file. Prefect is imported only when there is work, since the command line
checks the engine before that.
"""

import contextlib
import importlib.util
import logging
import math
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pipeline.errors import SettingsError
from pipeline.settings import Settings

WORKERS = 2  # each has up to four guarded children, who do the reading
PEOPLE_A_BATCH = 25
LOCAL = ("local", "threads")  # in the flow's own process
QUIET_DASK = {
    "distributed.worker.daemon": False,  # a daemon may not start the guarded children
    "distributed.scheduler.http.routes": [],  # no pages about the work, which ask for no password
    "distributed.worker.http.routes": [],
}
Outcome = Callable[[], Any]
Submit = Callable[[Any, dict[str, Any]], Outcome]


def require(checked: Settings) -> None:
    """Raise SettingsError where the engine needs an extra that is not installed."""
    if checked.engine == "dask" and importlib.util.find_spec("prefect_dask") is None:
        message = (
            'backfour.toml: engine = "dask" needs the package prefect-dask; install it:'
            ' pip install "backfour[dask]"'
        )
        raise SettingsError(message)


def require_children() -> None:
    """Raise SettingsError in a worker of a cluster that may not start processes of its own."""
    if multiprocessing.current_process().daemon:
        message = (
            "the workers of dask_address may start no processes, so nothing could be read safely;"
            " start them with DASK_DISTRIBUTED__WORKER__DAEMON=False, or with --no-nanny"
        )
        raise SettingsError(message)


def batches(people: Sequence[str], largest: int = PEOPLE_A_BATCH) -> list[list[str]]:
    """Divide people into batches, of one size but for the last, and at least one for each worker.

    500 people are 20 batches, three are two, one is one.
    """
    size = max(1, min(largest, math.ceil(len(people) / WORKERS)))
    return [[*people[start : start + size]] for start in range(0, len(people), size)]


def counted(people: int) -> str:
    """Write how many people there are."""
    return "1 person" if people == 1 else f"{people} people"


@contextlib.contextmanager
def started(checked: Settings) -> Iterator[Submit]:
    """Start the engine, and yield what gives it a task; each answers with a way to wait for it.

    Within a flow only. On the local engine nothing runs before it is waited for.
    """
    if checked.engine == "local":
        yield lambda task, parameters: lambda: task(**parameters)
        return
    with _one_server(checked), _runner(checked) as runner:
        yield lambda task, parameters: runner.submit(task, parameters).result


@contextlib.contextmanager
def _one_server(checked: Settings) -> Iterator[None]:
    """Give workers in other processes the address of the flow's server, or each starts its own."""
    if checked.engine in LOCAL:
        yield
        return
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - see above
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        address = str(client.api_url).rstrip("/")
    with temporary_settings({PREFECT_API_URL: address}):
        yield


@contextlib.contextmanager
def _runner(checked: Settings) -> Iterator[Any]:
    from prefect import task_runners  # noqa: PLC0415 - see above

    runner: Any
    if checked.engine == "threads":
        runner = task_runners.ThreadPoolTaskRunner(max_workers=WORKERS)
    elif checked.engine == "processes":
        runner = task_runners.ProcessPoolTaskRunner(max_workers=WORKERS)
    else:
        runner = _dask(checked.dask_address)
    with runner as started_runner:
        yield started_runner


@contextlib.contextmanager
def _dask(address: str | None) -> Iterator[Any]:
    """Use the cluster there is, or start one on this machine that only this run can talk to."""
    import dask  # noqa: PLC0415 - an extra
    from prefect_dask import task_runners  # noqa: PLC0415

    logging.getLogger("distributed").setLevel(logging.WARNING)  # says goodbye on every exit
    if address:
        with task_runners.DaskTaskRunner(address=address) as runner:
            yield runner
        return
    cluster = {
        "n_workers": WORKERS,
        "threads_per_worker": 1,
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
        "security": True,  # Dask asks nobody who they are: others here could run code as us
        "memory_limit": 0,  # the guarded children have limits of their own
    }
    with (
        dask.config.set(QUIET_DASK),
        task_runners.DaskTaskRunner(cluster_kwargs=cluster) as runner,
    ):
        yield runner

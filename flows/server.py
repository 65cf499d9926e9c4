"""A Prefect server for the schedule, on this machine only, for as long as the schedule runs."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

HOST = "127.0.0.1"
USUAL_PORT = 4200
START_TIMEOUT_S = 180
STOP_TIMEOUT_S = 15.0


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the address of its API; raises OSError when it does not start.

    A server that somebody has set up already (PREFECT_API_URL) is used instead, and left running.
    Prefect's embedded server, good enough for one run, does not schedule any.
    """
    given = os.environ.get("PREFECT_API_URL")
    if given:
        yield given
        return
    port = _free_port()
    api = f"http://{HOST}:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port"]
    environment = {**os.environ, "PREFECT_UI_API_URL": api, "PREFECT_SERVER_UI_API_URL": api}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        [*command, str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_until_healthy(process, api)
        yield api
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _free_port() -> int:
    """Return Prefect's usual port, or another one when it is taken."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    message = "no port is free"
    raise OSError(0, message)


def _wait_until_healthy(process: "subprocess.Popen[bytes]", api: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{api}/health", timeout=2).close()  # noqa: S310 - our own
            return
        time.sleep(0.5)
    message = "Prefect's server did not start; try: prefect server start"
    raise OSError(0, message)

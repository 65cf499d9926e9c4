"""A mail server on this machine that keeps what it is sent, and misbehaves where it is told to."""

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Manners:
    """How a server behaves; `answers` replaces its usual answer to a command."""

    greets: bool = True
    offers: tuple[str, ...] = ()  # what EHLO is answered with: "STARTTLS", "AUTH PLAIN"
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up_at: str = ""
    tls: ssl.SSLContext | None = None


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1; `messages` and `commands` are what it was sent."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, manners: Manners) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.manners = manners
        self.messages: list[bytes] = []
        self.commands: list[str] = []
        self.is_over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextlib.contextmanager
def serving(manners: Manners | None = None) -> Iterator[MailServer]:
    """Run a server for as long as the block lasts."""
    with MailServer(manners or Manners()) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer
    timeout = 10

    def handle(self) -> None:
        manners = self.server.manners
        if not manners.greets:
            self.server.is_over.wait(10)
            return
        self._say("220 ready")
        while line := self.rfile.readline():
            command = line.decode("ascii").strip()
            verb = command.partition(" ")[0].upper()
            self.server.commands.append(command)
            if verb == manners.hangs_up_at:
                return
            self._say(manners.answers.get(verb) or self._answer(verb))
            if verb == "STARTTLS" and manners.tls is not None and not self._encrypt(manners.tls):
                return
            if verb == "DATA" and "DATA" not in manners.answers:
                self._keep()
            if verb == "QUIT":
                return

    def _answer(self, verb: str) -> str:
        if verb == "EHLO":
            lines = ["localhost", *self.server.manners.offers]
            last = len(lines) - 1
            return "\r\n".join(f"250{'-' if i < last else ' '}{x}" for i, x in enumerate(lines))
        usual = {"STARTTLS": "220 go on", "AUTH": "235 welcome", "DATA": "354 go on"}
        return {**usual, "QUIT": "221 bye"}.get(verb, "250 fine")

    def _keep(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.messages.append(b"".join(lines))
        self._say("250 kept")

    def _encrypt(self, context: ssl.SSLContext) -> bool:
        try:
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except OSError:  # the other side does not trust us
            return False
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        return True

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()

    def _say(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(f"{text}\r\n".encode("ascii"))

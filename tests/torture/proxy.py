"""A wire between a program and PostgreSQL that can be cut at a chosen moment."""

import socket
import time
from contextlib import suppress
from enum import Enum, auto
from threading import Event, Thread
from types import TracebackType
from typing import Self

from sqlalchemy import URL, make_url

_PATIENCE = 30
_MUCH = 1 << 16


class Cut(Enum):
    """Where the wire is cut."""

    NOWHERE = auto()
    """It holds."""
    IN_A_STATEMENT = auto()
    """In the middle of what the program says, before it comes to the COMMIT."""
    BEFORE_COMMIT = auto()
    """Before the COMMIT is sent: the server never hears of it."""
    WITH_COMMIT = auto()
    """As soon as the COMMIT is sent: the server may find nobody to answer."""
    BEFORE_REPLY = auto()
    """After the server has done it, before its answer comes back."""
    TERMINATED = auto()
    """The wire holds; somebody lets the server end the connection before the COMMIT."""


class Proxy:
    """Listens on the loopback interface and passes on what it hears, until it cuts the wire.

    Args:
        url: the database behind it.
        latency: how many seconds the answer to a COMMIT is on its way.
    """

    def __init__(self, url: str, *, latency: float = 0) -> None:
        self._behind, self._latency = make_url(url), latency
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._cut, self._at = Cut.NOWHERE, 0
        self.heard = 0
        """How many bytes the program sent over its last wire."""
        self.down = False
        """Whether no answer comes through, also not one that is on its way."""
        Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        """Pass on what comes; it listens already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Listen no more."""
        self.close()

    def close(self) -> None:
        """Listen no more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @property
    def url(self) -> URL:
        """The address of the database over this wire."""
        host, port = self._listener.getsockname()
        plain = {"sslmode": "disable", "gssencmode": "disable"}
        return self._behind.set(host=host, port=port, query=plain)

    def arm(self, cut: Cut, *, at: int = 0) -> None:
        """Cut the next wire; in a statement, after so many bytes."""
        self._cut, self._at = cut, at

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            cut, at = self._cut, self._at
            self._cut = Cut.NOWHERE
            Thread(target=self._pass_on, args=(near, cut, at), daemon=True).start()

    def _pass_on(self, near: socket.socket, cut: Cut, at: int) -> None:
        """Pass on what the program says; the answers come back in a thread of their own."""
        try:
            far = self._connect()
        except OSError:  # nobody is at home
            _hang_up(near)
            return
        muted, answered, late = Event(), Event(), Event()
        back = Thread(target=self._bring_back, args=(far, near, muted, answered, late), daemon=True)
        back.start()
        self.heard = 0
        try:
            while said := near.recv(_MUCH):
                self.heard += len(said)
                commits = b"COMMIT" in said
                if cut is Cut.IN_A_STATEMENT and self.heard >= at:
                    far.sendall(said[: len(said) - (self.heard - at)])
                    break
                if cut is Cut.BEFORE_COMMIT and commits:
                    break
                if cut is Cut.BEFORE_REPLY and commits:
                    muted.set()
                if commits:
                    late.set()
                far.sendall(said)
                if cut is Cut.WITH_COMMIT and commits:
                    break
                if muted.is_set():
                    answered.wait(_PATIENCE)
                    break
        except OSError:
            pass
        _hang_up(near, far)
        back.join()

    def _bring_back(
        self,
        far: socket.socket,
        near: socket.socket,
        muted: Event,
        answered: Event,
        late: Event,
    ) -> None:
        """Bring back what the server says, unless the wire is as good as cut."""
        with suppress(OSError):
            while said := far.recv(_MUCH):
                if late.is_set():
                    late.clear()
                    time.sleep(self._latency)
                if self.down:
                    break
                if muted.is_set():
                    answered.set()
                else:
                    near.sendall(said)
        answered.set()
        _hang_up(near, far)

    def _connect(self) -> socket.socket:
        folder = self._behind.query.get("host")
        port = self._behind.port or 5432
        if folder is None:
            return socket.create_connection((self._behind.host or "127.0.0.1", port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{folder}/.s.PGSQL.{port}")
        return far


def _hang_up(*wires: socket.socket) -> None:
    for wire in wires:
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)
        wire.close()

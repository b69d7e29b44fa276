"""Signing in with each request, as the login of the database that it names.

Whoever is right gets connections that are kept for a minute. They are found by a hash of login and password under a
key that dies with the process, so that no other password finds them; a password that was changed ends them, and so does
a person who was deactivated.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import text

from crm_desktop.access.accounts import mark_seen
from crm_desktop.database.engine import Database
from crm_desktop.database.target import Target
from crm_desktop.errors import AccountDeactivated, NoCrmAccess, WrongPassword

from .problems import TooMany
from .throttle import Throttle

APPLICATION = "CRM Desktop API"
CONNECTIONS = 4
"""For each login."""
AT_ONCE = 16
"""Requests of one login that are worked on or wait for one of its connections."""
KEPT_SECONDS = 60.0
"""After that the database is asked for the password again. Who changes it with ALTER ROLE tells nobody else: until then
the old one gets in, too."""
STATEMENT_SECONDS = 30
"""How long one statement of a request may take, unless whoever serves the API says otherwise."""
MOST_KEPT = 16
"""Logins whose connections are kept: with CONNECTIONS well below what a server takes as a rule (100)."""
_LONGEST = 1_000
_NO_ACCESS = "Your account has no access to the CRM."


@dataclass(frozen=True)
class Credentials:
    username: str
    password: str = field(repr=False)


def credentials(header: str | None) -> Credentials:
    """What an Authorization header says (RFC 7617); WrongPassword where it says nothing that can be used."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        raise WrongPassword("Sign in to use this API.")
    try:
        username, colon, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        raise WrongPassword("The Authorization header cannot be read.") from None
    if not colon or not username or "\0" in username + password or len(encoded) > _LONGEST:
        raise WrongPassword("Username or password is wrong.")
    return Credentials(username, password)


@dataclass
class _Kept:
    database: Database
    version: int
    until: float
    places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE), repr=False)


class SignIns:
    """Everybody who is signed in at the moment; thread-safe."""

    def __init__(
        self,
        target: Target,
        clock: Callable[[], float] = time.monotonic,
        *,
        statement_seconds: int = STATEMENT_SECONDS,
    ) -> None:
        self._target = target
        self._statement_seconds = statement_seconds
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._signing_in: dict[bytes, threading.Lock] = {}
        self._throttle = Throttle(clock)

    @contextmanager
    def entered(self, given: Credentials, address: str) -> Iterator[Database]:
        """The database, with this person signed in. The CrmError says why not."""
        digest = self._digest(given)
        kept = self._find(digest)
        if kept is not None:
            with _place(kept):
                if _version(kept.database) == kept.version:
                    yield kept.database
                    return
            self._drop(digest, kept)
        with self._one_at_a_time(digest):
            # Somebody else with the same password may have been first.
            found = self._find(digest) or self._sign_in(digest, given, address)
        with _place(found):
            yield found.database

    def forget_old(self) -> None:
        """Ends the connections of those whose minute is over, and forgets their passwords."""
        now = self._clock()
        with self._lock:
            old = [(digest, kept) for digest, kept in self._kept.items() if now >= kept.until]
        for digest, kept in old:
            self._drop(digest, kept)

    def close(self) -> None:
        """Ends the connections of everybody."""
        with self._lock:
            gone = list(self._kept.values())
            self._kept.clear()
        for kept in gone:
            kept.database.close()

    def _digest(self, given: Credentials) -> bytes:
        both = given.username.encode() + b"\0" + given.password.encode()
        return hmac.digest(self._key, both, hashlib.sha256)

    def _find(self, digest: bytes) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(digest)
            if kept is not None:
                self._kept.move_to_end(digest)
        if kept is not None and self._clock() >= kept.until:
            self._drop(digest, kept)
            return None
        return kept

    def _sign_in(self, digest: bytes, given: Credentials, address: str) -> _Kept:
        self._throttle.attempt(address, given.username)
        database = Database(
            self._target,
            given.username,
            given.password,
            application=APPLICATION,
            pool_size=CONNECTIONS,
            statement_seconds=self._statement_seconds,
        )
        try:
            database.check()
            version = _version(database)
            if version is None:
                raise NoCrmAccess(_NO_ACCESS, hint="Ask an administrator for the role of an employee.")
            with database.session() as session:
                mark_seen(session)
        except BaseException as error:
            database.close()
            if isinstance(error, AccountDeactivated | NoCrmAccess):
                self._throttle.succeeded(address, given.username)
            elif not isinstance(error, WrongPassword):
                self._throttle.not_tried(address, given.username)
            raise
        self._throttle.succeeded(address, given.username)
        kept = _Kept(database, version, self._clock() + KEPT_SECONDS)
        with self._lock:
            self._kept[digest] = kept
            surplus = [self._kept.popitem(last=False)[1] for _ in range(len(self._kept) - MOST_KEPT)]
        for each in surplus:
            each.database.close()
        return kept

    @contextmanager
    def _one_at_a_time(self, digest: bytes) -> Iterator[None]:
        with self._lock:
            mine = self._signing_in.setdefault(digest, threading.Lock())
        try:
            with mine:
                yield
        finally:
            with self._lock:
                if self._signing_in.get(digest) is mine and not mine.locked():
                    del self._signing_in[digest]

    def _drop(self, digest: bytes, kept: _Kept) -> None:
        with self._lock:
            if self._kept.get(digest) is kept:
                del self._kept[digest]
        kept.database.close()


@contextmanager
def _place(kept: _Kept) -> Iterator[None]:
    """One of the places that a login has; TooMany where all are taken."""
    if not kept.places.acquire(blocking=False):
        raise TooMany("Too many requests of this login are under way.", 1)
    try:
        yield
    finally:
        kept.places.release()


def _version(database: Database) -> int | None:
    """Of the row of the person signed in; it counts up with a new password too. None when there is no access (any
    more)."""
    asked = text("SELECT version FROM crm.users WHERE id = crm.current_user_id()")
    try:
        with database.connection() as connection:
            return connection.execute(asked).scalar_one_or_none()
    except NoCrmAccess:
        return None

"""Connection profiles and preferences: small JSON files, read when asked for, never at import."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from crm_desktop.database.target import Target
from crm_desktop.errors import CrmError, NotFound


@dataclass(frozen=True)
class Profile:
    """One database that this person works with: a data folder on this computer, or a company server."""

    name: str
    kind: Literal["local", "server"]
    data_dir: Path | None = None
    target: Target | None = None
    username: str = ""


class JsonFile:
    """A JSON object on disk. Writes are atomic; a file that cannot be read is kept aside, never overwritten."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def read(self) -> dict[str, Any]:
        """What the file holds; nothing when it is missing, unreadable or broken."""
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (ValueError, RecursionError):
            self._keep_aside()
            return {}
        except OSError:
            return {}
        if not isinstance(content, dict):
            self._keep_aside()
            return {}
        return content

    def update(self, changes: Mapping[str, Any]) -> None:
        """Writes `changes` over what is there now, another window's changes included; None removes a key."""
        with self._lock:
            content = {key: value for key, value in {**self.read(), **changes}.items() if value is not None}
            try:
                self._write(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True))
            except OSError as error:
                raise CrmError(
                    f"The settings could not be saved in {self.path.parent}: {error.strerror or error}.",
                    hint="Check that the folder can be written and that the disk is not full.",
                ) from error

    def _write(self, text: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _keep_aside(self) -> None:
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.broken-{number}")).exists():
            number += 1
        with suppress(OSError):
            self.path.rename(aside)


class Preferences:
    """What the window remembers: column widths, theme, last tab. Values are what JSON can hold."""

    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        self._file = JsonFile(path)
        self._values = self._file.read()

    def get(self, key: str, default: Any = None) -> Any:
        return self._values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Remembers `value`; None forgets the key. Nothing is written when it is the same already."""
        if self._values.get(key) == value:
            return
        self._values[key] = value
        self._file.update({key: value})


class ProfileStore:
    """The databases of this person, in the order of their names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = JsonFile(path)

    def load(self) -> list[Profile]:
        found = [_profile(name, value) for name, value in self._stored().items()]
        return sorted((profile for profile in found if profile is not None), key=lambda profile: profile.name)

    def find(self, name: str) -> Profile:
        """The profile called `name`; raises `NotFound` with the names there are."""
        profiles = self.load()
        for profile in profiles:
            if profile.name == name:
                return profile
        names = ", ".join(profile.name for profile in profiles) or "none yet"
        raise NotFound(f"There is no profile called {name}.", hint=f"Profiles: {names}.")

    def save(self, profile: Profile) -> None:
        """Adds `profile`, or replaces the one of the same name."""
        self._file.update({"profiles": {**self._stored(), profile.name: _stored(profile)}})

    def remove(self, name: str) -> None:
        """Forgets a profile. Its data stays where it is."""
        self._file.update({"profiles": {key: value for key, value in self._stored().items() if key != name}})
        if self._file.read().get("last_used") == name:
            self._file.update({"last_used": None})

    def use(self, profile: Profile, username: str = "") -> None:
        """Remembers `profile` as the one to offer next time, with who signed in."""
        self.save(replace(profile, username=username or profile.username))
        self._file.update({"last_used": profile.name})

    @property
    def last_used(self) -> Profile | None:
        """The profile to offer first: the one used last, else the only one."""
        profiles = self.load()
        name = self._file.read().get("last_used")
        named = [profile for profile in profiles if profile.name == name]
        if named:
            return named[0]
        return profiles[0] if len(profiles) == 1 else None

    def _stored(self) -> dict[str, Any]:
        profiles = self._file.read().get("profiles")
        return profiles if isinstance(profiles, dict) else {}


def _stored(profile: Profile) -> dict[str, Any]:
    stored: dict[str, Any] = {"kind": profile.kind, "username": profile.username}
    if profile.data_dir is not None:
        stored["data_dir"] = str(profile.data_dir)
    if profile.target is not None:
        stored["target"] = {
            "hosts": list(profile.target.hosts),
            "port": profile.target.port,
            "dbname": profile.target.dbname,
            "sslmode": profile.target.sslmode,
            "sslrootcert": profile.target.sslrootcert,
        }
    return stored


def _profile(name: str, stored: object) -> Profile | None:
    """The profile that `stored` describes; None when somebody edited it beyond recognition."""
    try:
        assert isinstance(stored, dict)
        target = stored.get("target")
        data_dir = stored.get("data_dir")
        profile = Profile(
            name=name,
            kind=stored["kind"],
            data_dir=Path(data_dir) if data_dir else None,
            target=_target(target) if target else None,
            username=str(stored.get("username", "")),
        )
    except (AssertionError, KeyError, TypeError, ValueError):
        return None
    complete = {"local": profile.data_dir, "server": profile.target}.get(profile.kind)
    return profile if complete is not None else None


def _target(stored: Mapping[str, Any]) -> Target:
    return Target(
        hosts=tuple(str(host) for host in stored["hosts"]),
        port=int(stored["port"]),
        dbname=str(stored["dbname"]),
        sslmode=str(stored.get("sslmode", "verify-full")),
        sslrootcert=str(stored.get("sslrootcert", "")),
    )

"""A file that is there whole or not at all: written beside its place, and put there when everything else is done."""

from __future__ import annotations

import errno
import glob
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from crm_desktop.errors import CrmError, DiskFull

_FULL = (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC, errno.EFBIG)
_ABANDONED_S = 3_600


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` at the end. An error leaves what was there before.

    OSErrors become CrmErrors that say what to do."""
    target = _target(path)
    temporary: Path | None = None
    try:
        _remove_left_behind(target)
        beside = target.with_name(f"{_beginning(target)}{secrets.token_hex(4)}.part")
        with beside.open("xb", buffering=1 << 20) as file:
            temporary = beside
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        _put_in_place(temporary, target)
        temporary = None
    except OSError as error:
        raise in_words(error, target) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def in_words(error: OSError, target: Path) -> CrmError:
    """What prevented writing `target`, and the way out."""
    if error.errno in _FULL:
        return DiskFull(
            f"The disk is full: {target.name} was not written.",
            hint="Free some space or choose another folder. A file of this name that was there before is unchanged.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return CrmError(f"The folder {target.parent} cannot be written to.", hint="Choose another folder.")
    if error.errno == errno.ENOENT:
        return CrmError(f"There is no folder {target.parent}.", hint="Choose another folder.")
    if error.errno == errno.ENAMETOOLONG:
        return CrmError("The name of the file is too long.", hint="Choose a shorter one.")
    return CrmError(
        f"{target.name} could not be written: {error.strerror or error}.", hint="Try again, or choose another folder."
    )


def _target(path: Path) -> Path:
    """Where the file really is to be; raises CrmError for what cannot be replaced."""
    try:
        target = path.resolve()
        if target.is_dir():
            raise CrmError(f"{target.name} is a folder.", hint="Choose another name for the file.")
        if target.exists() and not target.is_file():
            raise CrmError(f"{target.name} is no ordinary file.", hint="Choose another name for the file.")
        if target.exists() and not os.access(target, os.W_OK):
            raise CrmError(f"{target.name} is there and write-protected.", hint="Choose another name for the file.")
    except OSError as error:
        raise in_words(error, path) from error
    return target


def _beginning(target: Path) -> str:
    return f".{target.name[:60]}."


def _remove_left_behind(target: Path) -> None:
    """What a killed program had written of this file; one that is being written now changes all the time."""
    for left in target.parent.glob(f"{glob.escape(_beginning(target))}????????.part"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - _ABANDONED_S:
                left.unlink()


def _put_in_place(temporary: Path, target: Path) -> None:
    try:
        temporary.replace(target)
    except PermissionError as error:  # Windows: a program that has the file open keeps it
        raise CrmError(
            f"{target.name} is open in another program.", hint="Close it there, then export again."
        ) from error

"""Failures in one line on standard error, and what the process ends with."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import typer

from crm_desktop.errors import Cancelled, ConnectionLost, CrmError

FAILED, USAGE, INTERRUPTED = 1, 2, 130

# The window keeps trying to reach the database; a command has ended.
_LOST = "See whether what you asked for was done, then run the command again."

# Typer carries a Click of its own and names but a few of its exceptions.
_Misuse: type[Exception] = typer.BadParameter.__mro__[2]  # ClickException


def guarded(command: Callable[[], object]) -> int:
    """Runs `command`; every expected failure ends as one line and an exit code other than 0."""
    try:
        result = command()
    except Cancelled as error:
        return _fail(error, INTERRUPTED)
    except ConnectionLost as error:
        return _say(f"{_sentence(str(error))} {_LOST}", FAILED)
    except CrmError as error:
        return _fail(error, FAILED)
    except typer.Exit as ending:
        return ending.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _say("Cancelled.", INTERRUPTED)
    except _Misuse as error:
        return _misused(error)
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        sys.stderr.close()
        return FAILED
    except UnicodeEncodeError:
        return _say("A text holds characters that cannot be used here.", FAILED)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        return _say(f"{_sentence(error.strerror or str(error))}{where}", FAILED)
    return result if isinstance(result, int) else 0


def _misused(error: Any) -> int:
    context = getattr(error, "ctx", None)
    hint = f" Try: {context.command_path} --help" if context is not None else ""
    return _say(f"{_sentence(error.format_message())}{hint}", USAGE)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _fail(error: CrmError, code: int) -> int:
    return _say(f"{_sentence(str(error))} {error.hint}".rstrip(), code)


def _say(line: str, code: int) -> int:
    one_line = " ".join(line.split())
    sys.stderr.write(f"crm-desktop: {one_line}\n")
    sys.stderr.flush()
    return code

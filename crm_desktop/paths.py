"""The only module that finds shipped files and per-user folders."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_NAME = "crm-desktop"


def shipped(name: str) -> Path:
    """A file or folder that ships with the program (`resources/...`, `migrations`).

    A wheel and a frozen bundle carry it in `crm_desktop/_bundled`; a checkout has it beside the package.
    """
    bundled = _PACKAGE / "_bundled" / name
    return bundled if bundled.exists() else _PACKAGE.parent / name


def user_data_dir() -> Path:
    """Where this person's data is kept unless another folder is named."""
    import platformdirs

    return Path(platformdirs.user_data_dir(_NAME, appauthor=False))


def user_config_dir() -> Path:
    """Where this person's profiles and preferences are kept."""
    import platformdirs

    return Path(platformdirs.user_config_dir(_NAME, appauthor=False))

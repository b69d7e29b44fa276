"""Shipped files and per-user folders."""

from pathlib import Path

import pytest

from crm_desktop import paths


def test_a_checkout_has_shipped_files_beside_the_package() -> None:
    assert paths.shipped("resources") == Path(paths.__file__).resolve().parent.parent / "resources"


def test_a_wheel_and_a_bundle_carry_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "crm_desktop"
    (package / "_bundled" / "migrations").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert paths.shipped("migrations") == package / "_bundled" / "migrations"
    assert paths.shipped("resources") == tmp_path / "resources"


def test_folders_of_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert paths.user_data_dir().name == "crm-desktop"
    assert paths.user_config_dir().name == "crm-desktop"
    assert paths.user_data_dir() != paths.user_config_dir()

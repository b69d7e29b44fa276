"""The lock files: complete, hashed, without addresses, and in step with pyproject.toml and its reasons."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
APP, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pinned(lock: Path) -> list[Requirement]:
    lines = re.sub(r"\\\n\s+", " ", lock.read_text(encoding="utf-8")).splitlines()
    return [Requirement(line.split(" --hash")[0]) for line in lines if line and not line.lstrip().startswith("#")]


def direct() -> list[Requirement]:
    groups = PROJECT["dependency-groups"]
    tools = [entry for entry in groups["install"] + groups["dev"] if isinstance(entry, str)]
    return [Requirement(text) for text in PROJECT["project"]["dependencies"] + tools]


@pytest.mark.parametrize("lock", [APP, DEV], ids=lambda lock: lock.stem)
def test_every_package_has_a_hash_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text
    blocks = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert len(blocks) == len(pinned(lock))
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_development_lock_holds_the_same_versions_as_the_program() -> None:
    assert {str(pin) for pin in pinned(APP)} <= {str(pin) for pin in pinned(DEV)}


@pytest.mark.parametrize("wanted", direct(), ids=str)
def test_what_the_project_asks_for_is_locked(wanted: Requirement) -> None:
    pins = [pin for pin in pinned(DEV) if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
    versions = [next(iter(pin.specifier)).version for pin in pins]
    assert any(wanted.specifier.contains(version) for version in versions), f"locked: {versions}; run `make lock`"


@pytest.mark.parametrize("wanted", direct(), ids=lambda wanted: wanted.name)
def test_every_dependency_has_its_reason(wanted: Requirement) -> None:
    assert wanted.name.lower() in (ROOT / "docs/dependencies.md").read_text(encoding="utf-8").lower()

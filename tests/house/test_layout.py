"""The core runs without Qt, and the wheel carries the files that the program reads."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]

IMPORT_THE_CORE = """
import importlib, importlib.abc, pkgutil, sys

class NoWindow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"ui", "PySide6", "shiboken6", "pyqtgraph", "qtawesome", "qtpy"}:
            raise ImportError(f"the core asked for {name}")

sys.meta_path.insert(0, NoWindow())
import crm_desktop
for module in pkgutil.walk_packages(crm_desktop.__path__, "crm_desktop."):
    importlib.import_module(module.name)
"""


def test_every_module_of_the_core_is_imported_without_qt() -> None:
    command = [sys.executable, "-W", "error", "-c", IMPORT_THE_CORE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_wheel_carries_code_resources_and_migrations(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"crm_desktop", "ui"}
    for shipped in ("resources", "migrations"):
        files = [path for path in (ROOT / shipped).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        missing = [str(path) for path in files if f"crm_desktop/_bundled/{path.relative_to(ROOT)}" not in names]
        assert missing == []

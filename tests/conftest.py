"""What every test stands on: noise fails, nothing of the person's own machine is touched."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before anything can ask Qt for a screen, a keychain for a secret or the platform for a home.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

pytest_plugins = ["tests.helpers.leaks", "tests.helpers.postgres"]

settings.register_profile("default", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2_000)
settings.load_profile(os.environ.get("CRM_HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True, scope="session")
def _home_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Data, settings and caches of the tests go to a temporary folder, also in processes that they start."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        os.environ[variable] = str(home / variable.lower())
    if "XDG_RUNTIME_DIR" not in os.environ:  # Qt warns when it is missing or readable by others
        runtime = Path(tempfile.mkdtemp(prefix="crm-run-"))  # short: sockets live here
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)


@pytest.fixture(scope="session")
def northwind() -> Path:
    """The folder with Northwind's customers.csv; tests that need it are skipped where CRM_NORTHWIND names none."""
    folder = os.environ.get("CRM_NORTHWIND", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("CRM_NORTHWIND names no folder with the Northwind files")
    return Path(folder)

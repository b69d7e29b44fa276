"""`make bench`: builds (or takes up) a database of a million customers and measures the product beside bare SQL.

    python -m tests.benchmarks [--data-dir DIR] [--customers N] [--interactions M] [--orders O] [--rows R]
        [--only WORDS] [--repeats N]

The database is kept in DIR, so that only the first run pays for making it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

USERNAME = "ada"
PASSWORD = "correct horse battery"
ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    options = arguments()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Nobody's own settings are read or written, and nothing is asked of a keychain.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    make_database(options.data_dir, options.customers, options.interactions, options.orders)
    small = options.data_dir.with_name(options.data_dir.name + "-thousand")
    make_database(small, 1_000, 3_000, 2_000)

    from tests.benchmarks import run

    report = run.everything(options.data_dir, small, USERNAME, PASSWORD, options.only, options.repeats, options.rows)
    print(f"\n{report.summary()}")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the product beside bare SQL.")
    parser.add_argument("--data-dir", type=Path, default=default_folder())
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--interactions", type=int, default=3_000_000)
    parser.add_argument("--orders", type=int, default=2_000_000)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many rows the file has that is imported")
    parser.add_argument("--only", default="", help="the parts to run, separated by commas (all when empty)")
    return parser.parse_args()


def default_folder() -> Path:
    """Kept between runs, and where the server's own account can reach it when the benchmark runs as root."""
    from crm_desktop import paths

    return paths.user_data_dir().with_name("crm-desktop-benchmark")


def make_database(folder: Path, customers: int, interactions: int, orders: int) -> None:
    """A data folder with an administrator and believable data; one that is there already is used as it is."""
    done = folder / "benchmark-ready"
    if done.exists():
        return
    numbers = f"{customers:,} customers, {interactions:,} interactions and {orders:,} orders"
    print(f"Making {numbers} in {folder}", flush=True)
    command("init", "--admin", USERNAME, data_dir=folder, lines=(PASSWORD,))
    command(
        "demo",
        *("--customers", str(customers), "--interactions", str(interactions)),
        *("--username", USERNAME),
        data_dir=folder,
        lines=(PASSWORD,),
    )
    _add_orders(folder, orders)
    done.touch()


def _add_orders(folder: Path, orders: int) -> None:
    import psycopg

    from crm_desktop.database.local_server import LocalServer
    from tests.benchmarks.commerce import add_commerce

    server = LocalServer(folder)
    server.start()
    try:
        with psycopg.connect(
            server.target().conninfo(), user=server.owner_name, password=server.owner_password(),
            options="-c search_path=crm,public",
        ) as connection:  # fmt: skip
            add_commerce(connection, orders)
    finally:
        server.stop()


def command(*words: str, data_dir: Path, lines: tuple[str, ...]) -> None:
    subprocess.run(
        [sys.executable, "-m", "crm_desktop", *words, "--data-dir", str(data_dir)],
        input="".join(f"{line}\n" for line in lines),
        text=True,
        check=True,
        cwd=ROOT,
    )


if __name__ == "__main__":
    sys.exit(main())

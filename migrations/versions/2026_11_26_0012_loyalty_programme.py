"""Loyalty: the programme, points of orders, expiry."""

from alembic import op

from crm_desktop.database.upgrade import run_sql_files

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_files(op.get_bind(), revision)


def downgrade() -> None:
    raise NotImplementedError("Restore the dump that was made before the upgrade")

"""Forecasts and lists behind charts that read less, contacts of companies only, faults said of their column."""

from alembic import op

from crm_desktop.database.upgrade import run_sql_files

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_files(op.get_bind(), revision)


def downgrade() -> None:
    raise NotImplementedError("Restore the dump that was made before the upgrade")

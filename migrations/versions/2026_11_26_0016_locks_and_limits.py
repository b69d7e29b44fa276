"""One order of locks, points settled once, numbers apart, rules and chores that cannot be misused, erasing later."""

from alembic import op

from crm_desktop.database.upgrade import run_sql_files

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_files(op.get_bind(), revision)


def downgrade() -> None:
    raise NotImplementedError("Restore the dump that was made before the upgrade")

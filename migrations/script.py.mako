"""${message}."""

from alembic import op

from crm_desktop.database.upgrade import run_sql_files

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    run_sql_files(op.get_bind(), revision)


def downgrade() -> None:
    raise NotImplementedError("Restore the dump that was made before the upgrade")

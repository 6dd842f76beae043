"""Version 0002 of the tables of a book."""

from alembic import op

from microloan.store.migrations import back_to, to

revision = "microloan_0002"
down_revision = "microloan_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version; those that are there already are left as they are."""
    to("0002", op)


def downgrade() -> None:
    """Take the tables back to the version before, if no row is lost."""
    back_to("0001", op)

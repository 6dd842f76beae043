"""Version 0001 of the tables of a book."""

from alembic import op

from microloan.store.migrations import back_to, to

revision = "microloan_0001"
down_revision = None
branch_labels = ("microloan",)
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version; those that are there already are left as they are."""
    to("0001", op)


def downgrade() -> None:
    """Take the tables back to the version before, if no row is lost."""
    back_to("0000", op)

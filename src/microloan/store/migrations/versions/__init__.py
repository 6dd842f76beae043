"""The revisions as Alembic reads them, for a host's ``version_locations``."""

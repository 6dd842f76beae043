"""From one version of the tables to the next: by themselves, or inside a host's own Alembic.

Three routes lead through the same steps. ``migrate`` needs no Alembic project. A host that has one
adds ``microloan:store/migrations/versions`` to its ``version_locations``, or calls ``to`` in a
revision of its own. Which version a database holds is read from our own record, so the routes may
be mixed. Needs the extra ``migrations``.
"""

from microloan.store.migrations.autogenerate import include_name
from microloan.store.migrations.course import back_to, to
from microloan.store.migrations.stand_alone import migrate, migrate_back

__all__ = ["back_to", "include_name", "migrate", "migrate_back", "to"]

"""What Alembic runs: the migrations, on the connection and in the transaction that `migrate` hands over."""

from alembic import context

from gis_app.storage.migrations import concerns_us
from gis_app.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_object=concerns_us(connection.dialect.name),
)
with context.begin_transaction():
    context.run_migrations()

"""What Alembic runs: the migrations, on the connection and in the transaction of the caller."""

from alembic import context

from certmark.register.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()

"""What Alembic runs: the migrations, on the connection that `ui.journal.migrating` or a developer gives."""

from __future__ import annotations

from alembic import context

from ui.journal.schema import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()

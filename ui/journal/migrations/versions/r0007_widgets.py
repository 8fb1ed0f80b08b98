"""The web sites on which a course may be asked about by everybody who comes by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "widgets",
        sa.Column("course_id", sa.String(200), primary_key=True),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("per_visitor", sa.Integer(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )

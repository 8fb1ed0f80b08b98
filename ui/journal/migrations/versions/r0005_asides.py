"""Turns that are no question to the course: quizzes and study helpers, which count in no review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; what was kept before counts as asked."""
    op.add_column("turns", sa.Column("aside", sa.Boolean(), nullable=False, server_default=sa.false()))

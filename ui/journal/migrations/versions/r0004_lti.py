"""Learning platforms (LMS): which there are, whose courses are which of ours, and who comes from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "lti_platforms",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("auth_url", sa.Text(), nullable=False),
        sa.Column("token_url", sa.Text(), nullable=False),
        sa.Column("jwks_url", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("private_network", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("issuer", "client_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lti_ties",
        _platform(primary_key=True),
        sa.Column("context_id", sa.String(255), primary_key=True),
        sa.Column("course_id", sa.String(200), nullable=False),
        sa.Column("tied_by", sa.String(200), index=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "lti_launches",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        _platform(),
        sa.Column("asked", sa.Text()),
        sa.Column("said", sa.Text()),
        sa.Column("learner_id", sa.String(200), index=True),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    _make_visits()


def _make_visits() -> None:
    op.create_table(
        "lti_visits",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("cookie_hash", sa.String(64)),
        _platform(index=True),
        sa.Column("context_id", sa.String(255), nullable=False),
        sa.Column("context_title", sa.Text(), nullable=False),
        sa.Column("learner_id", sa.String(200), nullable=False, index=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("linking", sa.Text()),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "lti_invitations",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("private_network", sa.Boolean(), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def _platform(*, primary_key: bool = False, index: bool = False) -> sa.Column[int]:
    platform = sa.ForeignKey("lti_platforms.id", ondelete="CASCADE")
    return sa.Column("platform_id", sa.Integer(), platform, primary_key=primary_key, index=index, nullable=False)

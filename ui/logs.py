"""Logs: what a server writes to stderr, as lines for people or as JSON for programs."""

from __future__ import annotations

import logging

from pythonjsonlogger.json import JsonFormatter

from rag.settings import LogFormat
from ui.request_log import REQUEST_ID


def configure_logs(form: LogFormat) -> None:
    """`plain`: warnings and errors. `json`: each request and each question too, one JSON object a line."""
    handler = logging.StreamHandler()
    if form == "json":
        handler.setFormatter(
            JsonFormatter(
                "{levelname}{name}{message}{request_id}",
                style="{",
                rename_fields={"levelname": "level", "name": "logger"},
                timestamp="time",
            )
        )
        handler.addFilter(_with_request_id)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("ui").setLevel(logging.INFO if form == "json" else logging.WARNING)


def _with_request_id(record: logging.LogRecord) -> bool:
    record.request_id = REQUEST_ID.get()
    return True

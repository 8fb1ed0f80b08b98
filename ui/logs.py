"""Logs: what a server writes to stderr, as lines for people or as JSON for programs."""

from __future__ import annotations

import logging
from typing import TextIO

from pythonjsonlogger.json import JsonFormatter

from rag.settings import LogFormat
from ui.request_log import REQUEST_ID


def configure_logs(form: LogFormat, stream: TextIO | None = None) -> None:
    """Write to `stream`, or stderr: `plain` warnings and errors, or, as JSON, each request and each question too."""
    handler = logging.StreamHandler(stream)
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
    level = logging.INFO if form == "json" else logging.WARNING
    handler.setLevel(level)  # some libraries set their own loggers to DEBUG
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("ui").setLevel(level)


def _with_request_id(record: logging.LogRecord) -> bool:
    record.request_id = REQUEST_ID.get()
    return True

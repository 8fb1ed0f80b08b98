"""The HTTP API: questions and answers for programs."""

from ui.api.app import api_app
from ui.api.keys import by_key
from ui.api.service import Service

__all__ = ["Service", "api_app", "by_key"]

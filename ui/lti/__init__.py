"""LTI 1.3: people come from a course in their learning platform (LMS) straight into the chat about it."""

from ui.lti.frames import FrameAncestors
from ui.lti.launching import Tool
from ui.lti.routes import FRAMED, MOUNTED_AT, PUBLIC, leave_page, lti_app
from ui.lti.visit_paths import VisitPaths, visiting

__all__ = [
    "FRAMED",
    "MOUNTED_AT",
    "PUBLIC",
    "FrameAncestors",
    "Tool",
    "VisitPaths",
    "leave_page",
    "lti_app",
    "visiting",
]

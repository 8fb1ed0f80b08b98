"""Signing in: who a request comes from, and the pages where somebody shows it."""

from ui.sign_in.gate import Gate, learner_of

__all__ = ["Gate", "learner_of"]

"""Signing in: who a request comes from, and the pages where somebody shows it."""

from ui.sign_in.gate import Gate, Recognise, learner_of, signed_in

__all__ = ["Gate", "Recognise", "learner_of", "signed_in"]

"""Signing in: who a request comes from, and the pages where somebody shows it."""

from ui.sign_in.gate import BEARER, Gate, Recognise, is_api, is_by_key, learner_of, signed_in, still_there

__all__ = ["BEARER", "Gate", "Recognise", "is_api", "is_by_key", "learner_of", "signed_in", "still_there"]

"""Measures: small pure functions over one question's result, or over those of many."""

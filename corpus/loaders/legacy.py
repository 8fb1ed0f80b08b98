"""Formats that are not read: what to save such a file as instead."""

from __future__ import annotations

SAVE_AS = {
    ".doc": "DOCX",
    ".docm": "DOCX",
    ".dot": "DOCX",
    ".dotx": "DOCX",
    ".key": "PPTX or PDF",
    ".numbers": "XLSX",
    ".odp": "PPTX or PDF",
    ".ods": "XLSX",
    ".pages": "DOCX or PDF",
    ".pot": "PPTX",
    ".potx": "PPTX",
    ".pps": "PPTX",
    ".ppsx": "PPTX",
    ".ppt": "PPTX",
    ".wpd": "DOCX",
    ".xls": "XLSX",
    ".xlsb": "XLSX",
}
"""What the program of a format offers under "Save as" or "Export" that is read here."""

"""People ↔ assistant: the command line, the web chat, and what they share. Imports rag's public names."""

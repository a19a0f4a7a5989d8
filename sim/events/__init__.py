"""The log of what happened: kinds, rows, files."""

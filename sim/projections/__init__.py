"""Log to tables: every number a user sees is computed here, from events alone."""

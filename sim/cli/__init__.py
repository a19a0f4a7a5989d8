"""Command line -> calls of the API, and whatever a user can get wrong -> one line on stderr.

Start-up is kept short: a command imports what it needs when it runs.
"""

from sim.cli.entry import USER_ERROR, main

__all__ = ["USER_ERROR", "main"]

"""The alternation: SimPy schedules the decisions, the kernel lives through the time between them."""

"""The alternation: SimPy schedules the decisions, the kernel runs the time between them."""

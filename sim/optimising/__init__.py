"""Levers and a question -> the plan that does best within the limits, looked for with Optuna and tried again on fresh worlds."""

"""Strategies in Python, for what a plan in yaml cannot say; the shipped ones are plans, in configs/strategy."""

"""Policies: one file each; what an operator does and when."""

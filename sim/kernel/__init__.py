"""Compiled: runs the time between two decisions of an operator, one event after the other."""

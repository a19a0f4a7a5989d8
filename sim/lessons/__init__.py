"""Lessons: a yaml with ordered steps -> worlds simulated once and kept -> what a class sees, in three languages."""

"""Scenario and seed -> the columns that a run starts from: traits, ties, rosters, groups."""

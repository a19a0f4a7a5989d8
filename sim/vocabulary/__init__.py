"""What exists: the tables of a world, field by field, with unit and meaning. It imports numpy only."""

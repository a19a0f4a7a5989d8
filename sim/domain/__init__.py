"""What the trade says of such groups, row by row: the requirements that configs and sources cite by id."""

"""A second, naive implementation of the member model: what the compiled one is held against."""

"""Settings classes, shipped yamls and catalogues -> every setting with its meaning, and those that ordinary words mean."""

"""A run folder -> a page on which the run is played: in the browser, and as one file to take home. Nothing here simulates."""

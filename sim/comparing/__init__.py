"""Arms and a question -> a study that is simulated, grown, judged, chosen from and tried again, with its tables on disk."""

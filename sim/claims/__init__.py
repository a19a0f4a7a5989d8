"""What the trade claims, as data -> paired runs that share their arms -> a verdict on each claim."""

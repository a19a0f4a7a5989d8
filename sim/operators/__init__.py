"""The people who run the groups: their time, what they look at, how they answer."""

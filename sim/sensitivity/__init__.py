"""A finished comparison and the parameters of its worlds -> which unknown matters to the choice, and what knowing it would be worth."""

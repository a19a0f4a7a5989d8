"""What if: a run and a moment -> what could be changed there, and the worlds of a change, one after the other as they are simulated."""

"""Things that go wrong: one file each, with the steps of handling them."""

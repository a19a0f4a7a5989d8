"""Who could be a member: one yaml a type; behaviour comes from traits and state, so types may drift."""

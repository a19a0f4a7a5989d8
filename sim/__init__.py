"""groupalive: which way of running a chat group keeps it alive."""

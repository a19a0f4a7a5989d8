"""Arms x replications -> tables that compare them: run, pair, survive, advise."""

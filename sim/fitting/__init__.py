"""A joint fit of the member model: priors and targets -> waves of simulated populations -> a posterior, checked by calibration."""

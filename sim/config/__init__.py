"""Hydra configs and overrides -> validated scenarios, one for each arm; what is wrong becomes one line naming the key.

choices -> overrides -> composer -> building (checks) -> arms.
"""

from sim.allowed import ConfigError
from sim.config.arms import Arm, compose, compose_all, expand, read_axes, read_study_file, try_all
from sim.config.building import PLAIN, Composed, without_digest
from sim.config.checks import check_scenario
from sim.config.choices import LISTED, SINGLE, config_folder, opens_files, options, summary, trigger_of
from sim.config.composer import settings_in
from sim.config.overrides import replaced

__all__ = [
    "LISTED", "PLAIN", "SINGLE", "Arm", "Composed", "ConfigError", "check_scenario", "compose", "compose_all", "config_folder", "expand",
    "opens_files", "options", "read_axes", "read_study_file", "replaced", "settings_in", "summary", "trigger_of", "try_all",
    "without_digest",
]  # fmt: skip

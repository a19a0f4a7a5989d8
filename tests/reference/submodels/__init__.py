"""The member model once more, one sub-model a file, by the names of `sim/kernel/submodels`. Written from docs/model.md."""

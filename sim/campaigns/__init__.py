"""Mechanics that enliven a group: one file each; all they do is emit stimuli."""

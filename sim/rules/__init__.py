"""Plans, procedures and mechanics that are written in yaml: a small closed language, read here and never evaluated as code."""

"""A team's own checks and laws: how a file declares them, and how a run carries them out."""

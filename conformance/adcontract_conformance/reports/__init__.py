"""Reports of a run: on a terminal while it lasts, and in every format when it is over."""

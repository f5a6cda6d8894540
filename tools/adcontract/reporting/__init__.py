"""Reports: one model of the result of a command, its formats, and the files that they are written to."""

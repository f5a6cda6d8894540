"""Generated values that fit a schema and are plausible to look at."""

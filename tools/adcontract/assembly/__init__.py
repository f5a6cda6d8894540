"""From the files of an API to one self-contained document."""

"""What a user writes into files for the suite: targets and profiles."""

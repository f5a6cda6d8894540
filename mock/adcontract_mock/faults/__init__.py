"""Planted faults: one defect of one operation, everything else correct, to prove that a suite would catch it."""

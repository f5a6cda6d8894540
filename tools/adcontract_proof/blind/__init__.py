"""What the operations of a contract do not declare, and which faults that hides."""

"""What the suite is about: exchanges, promises, and the contract that a target is held to."""

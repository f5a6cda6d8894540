"""What every tool reads of an assembled contract: operations, behavior, schemas, invariants, catalog."""

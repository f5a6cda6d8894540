"""An assembled contract as every tool reads it: operations, behavior, resources, security, schemas, invariants."""

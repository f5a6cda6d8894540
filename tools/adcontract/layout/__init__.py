"""Writing contracts: a document into the layout of spec/README.md, a new contract, and a new operation."""

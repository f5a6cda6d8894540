"""`adcontract diff`: what changed between two documents, judged as a client writes or reads it."""

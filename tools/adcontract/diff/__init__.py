"""`adcontract diff`: the changes between two documents, judged as a client writes or reads them."""

"""`adcontract lint`: the contracts held to the standard's rules, and to those of spec/README.md."""

"""`adcontract lint --fix`: corrections of the form of the files, which leave every document as it is."""

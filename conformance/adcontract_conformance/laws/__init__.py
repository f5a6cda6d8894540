"""The laws of declared behavior: what a server has to do over several requests, which no schema can say."""

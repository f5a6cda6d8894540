"""The laws of declared behaviour: what a server has to do over several requests, which no schema can say."""

"""Runs the client scripts against Headwater and the clients' own servers, and compares the rows."""

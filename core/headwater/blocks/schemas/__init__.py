"""The wire shapes of blocks, in the clients' names."""

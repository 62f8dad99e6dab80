"""What the server does about flows, runs, states and logs, in the caller's transaction."""

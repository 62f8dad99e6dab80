"""The wire shapes of flows, runs, states and logs, named as the clients name them."""

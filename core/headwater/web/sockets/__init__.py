"""WebSockets: one thread a worker process holds them all, whatever their number."""

"""News about runs: policies, the outbox, delivery, and the channels it goes over."""

"""Work pools, queues and workers on the wire."""

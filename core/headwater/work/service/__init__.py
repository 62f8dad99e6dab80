"""What the server does with pools, queues and workers."""

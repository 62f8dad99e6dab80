"""What is decided about pools, queues and workers, without looking at a database."""

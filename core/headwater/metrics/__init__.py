"""What Prometheus is told of the server: figures of the database, and counts of the processes."""

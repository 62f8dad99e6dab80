"""Block types, schemas and documents: what clients keep under a name, secrets encrypted."""

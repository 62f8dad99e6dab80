"""What follows from blocks alone: checksums, masks, references."""

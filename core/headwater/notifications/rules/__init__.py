"""Pure decisions: what a message says, when it is tried again, what stays hidden."""

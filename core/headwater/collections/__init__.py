"""Collections: what clients look up of the packages that they may install."""

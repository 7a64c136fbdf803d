"""The terminal: the commands of `proctor` and what they print."""

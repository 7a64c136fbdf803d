"""From a key and an answer to a verdict."""

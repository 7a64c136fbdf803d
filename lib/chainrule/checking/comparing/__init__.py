"""Running an answer on an input, and finding the first difference from what is expected."""

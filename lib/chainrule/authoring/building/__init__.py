"""From a unit's text to its notebooks and its student edition."""

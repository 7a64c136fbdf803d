"""The author's side of an assignment: which cells a notebook has, and who owns the names in them. Pure."""

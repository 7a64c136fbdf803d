"""The student's side: from files that anybody may have made to checked cells in the author's order."""

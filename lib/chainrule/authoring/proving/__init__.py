"""The proof that checks work: right answers pass, mistakes are named, random changes are caught."""

"""What a check needs of an exercise, as data: computed from its declaration, or read from a student edition."""

"""What a notebook's checks stand on: finding the exercise, checking an answer, showing where a student stands."""

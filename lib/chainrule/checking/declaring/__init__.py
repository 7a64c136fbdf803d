"""What an author declares, one file a kind: exercises, questions, measurements, artifacts; and what all kinds give."""

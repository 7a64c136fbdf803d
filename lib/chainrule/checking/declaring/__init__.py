"""What an author declares: exercises, questions, artifacts, and the inputs that they are tried on."""

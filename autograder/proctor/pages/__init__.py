"""What people read after grading: the feedback of a student, the report of a class."""

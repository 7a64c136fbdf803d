"""The instructor's course: its folders and settings, who is enrolled, what is kept beside the gradebook."""

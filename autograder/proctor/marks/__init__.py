"""From what the examiner saw to what people keep: points, comments, the autograded notebook, the record."""

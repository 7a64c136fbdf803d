"""nbgrader's settings for this course: sources in git, everything that grading makes under course/var."""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader defines it where it reads this file

root = Path(__file__).resolve().parent
var = root / "course" / "var"
var.mkdir(parents=True, exist_ok=True)

c.CourseDirectory.course_id = "chainrule"
c.CourseDirectory.root = str(root)
c.CourseDirectory.submitted_directory = "course/var/submitted"
c.CourseDirectory.autograded_directory = "course/var/autograded"
c.CourseDirectory.feedback_directory = "course/var/feedback"
c.CourseDirectory.db_url = f"sqlite:///{var / 'gradebook.db'}"

# A submitted copy of the student edition is never trusted: grading leaves it out and uses the installed package.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "chainrule"]

# Students need the edition, so this one step leaves nothing out: `nbgrader release_assignment`, or formgrader's button.
c.ExchangeFactory.release_assignment = "chainrule.authoring.exchange.ReleaseWithEdition"

# Where students of one machine fetch and submit; put it where they can go, and tell their nbgrader the same.
c.Exchange.root = str(var / "exchange")

# Pictures and long runs are needed by no graded cell.
c.Execute.skip_cells_with_tag = "demo"

# What the course's library imports only when it is needed; loading it once saves two seconds a submission.
c.Proctor.preload = ["sklearn.datasets"]

# Student code sees the student edition of the library, never the installed one, which holds the answers.
c.Proctor.editions = {"chainrule": "release/{assignment}/chainrule"}

# Who is enrolled; not in git, since it has names.
c.Proctor.roster = "course/roster.csv"

"""What a set-up offers and what it lacks, one sentence for each part: `python -m chainrule.doctor`."""

from chainrule.doctor.examination import examine
from chainrule.doctor.finding import Finding
from chainrule.doctor.packages import NEEDED

__all__ = ["NEEDED", "Finding", "examine"]

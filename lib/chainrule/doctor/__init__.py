"""What a set-up offers and what it lacks, one sentence for each part: `python -m chainrule.doctor`."""

from chainrule.doctor.condition import Condition
from chainrule.doctor.examination import examine
from chainrule.doctor.packages import NEEDED

__all__ = ["NEEDED", "Condition", "examine"]

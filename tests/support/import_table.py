"""Which part of the code may import which.

What you can do with this file:

- let a part import another: add its name to the line in `ALLOWED`, and say in the commit why.
"""

from __future__ import annotations

# Reference implementations that need to know where arrays live, and nothing else.
ON_ARRAYS = [
    *("activations", "approximation", "augmentation", "batches", "collapse", "dense", "descent"),
    *("experiments", "gradcheck", "initializers", "intermediates", "likelihood"),
    *("linear_models", "losses", "metrics", "network", "optimizers", "perceptron", "preprocessing"),
    *("regularization", "splits", "steps"),
]
# A part is the root `__init__`, or a module or package directly below it. Every part may import itself.
ALLOWED = {
    "chainrule": {"backend", "checks", "standing"},
    "chainrule.backend": set(),
    "chainrule.data": set(),
    **{f"chainrule.{name}": {"backend"} for name in ON_ARRAYS},
    "chainrule.graph": {"activations", "backend"},
    "chainrule.layers": {"activations", "backend", "losses"},
    "chainrule.multilayer": {"backend", "layers", "network"},
    "chainrule.training": {"backend", "network", "optimizers"},
    "chainrule.tuning": {"backend"},
    "chainrule.derivatives": {"backend", "gradcheck"},
    "chainrule.mlp": {"backend", "losses"},
    "chainrule.packing": {"backend"},
    "chainrule.shifting": {"augmentation", "backend"},
    "chainrule.sizing": {"dense"},
    "chainrule.timing": set(),
    "chainrule.capstone": {"activations", "backend", "data"},
    "chainrule.shell": set(),
    "chainrule.lab": set(),
    "chainrule.plotting": {"backend", "shell"},
    "chainrule.stand_in": set(),
    "chainrule.checking": {"backend", "intermediates", "shell", "stand_in"},
    "chainrule.exercises": {
        *("activations", "approximation", "augmentation", "batches", "capstone", "checking", "collapse", "data"),
        *("dense", "derivatives", "descent", "gradcheck", "initializers", "layers", "likelihood", "linear_models"),
        *("losses", "mlp", "packing", "perceptron", "preprocessing", "regularization", "shifting", "sizing"),
        *("splits", "steps", "timing", "tuning"),
    },
    "chainrule.keyring": {"checking", "exercises"},
    "chainrule.standing": {"checking", "keyring", "shell"},
    "chainrule.checks": {"checking", "keyring", "shell", "standing"},
    "chainrule.doctor": {"backend", "keyring", "lab"},
    "chainrule.authoring": {
        *("checking", "exercises", "keyring"),
        *("data", "multilayer", "network", "optimizers", "training"),  # the runs of the clinic are trained here
    },
    "chainrule.cli": {"authoring", "checking", "doctor", "exercises", "lab"},
    "proctor": {"errors"},
    "proctor.__main__": {"cli"},
    "proctor.errors": set(),
    "proctor.model": set(),
    "proctor.inside": set(),
    "proctor.analysis": set(),
    "proctor.folders": set(),
    "proctor.outputs": set(),
    "proctor.options": set(),
    "proctor.pages": set(),
    "proctor.spreadsheets": set(),
    "proctor.settings": {"errors"},
    "proctor.timestamps": {"errors"},
    "proctor.course": {"errors", "settings"},
    "proctor.state": {"course", "errors"},
    "proctor.autograded": {"course", "errors", "folders", "timestamps"},
    "proctor.gradebook": {"course", "errors", "model", "timestamps"},
    "proctor.submitted": {"errors"},
    "proctor.tampering": {"errors", "submitted"},
    "proctor.intake": {"errors", "model", "submitted"},
    "proctor.plan": {"model"},
    "proctor.repair": {"model", "plan"},
    "proctor.scoring": {"model", "plan"},
    "proctor.ownership": {"analysis", "plan"},
    "proctor.examiner": {"inside", "outputs", "ownership", "plan"},
    "proctor.sandbox": {"errors"},
    "proctor.launcher": {"errors", "inside", "sandbox"},
    "proctor.examination": {"errors", "examiner", "inside", "launcher", "sandbox"},
    "proctor.doctor": {"errors", "examiner", "inside", "launcher", "sandbox"},
    "proctor.feedback": {"course", "errors", "folders", "gradebook", "pages", "plan"},
    "proctor.terminal": {"errors"},
    "proctor.rendering": {"examiner", "model", "outputs", "repair"},
    "proctor.assignment": {"examiner", "ownership", "plan", "sandbox"},
    "proctor.digests": {"assignment", "errors", "intake"},
    "proctor.preparation": {
        *("analysis", "assignment", "course", "digests", "errors", "examiner", "gradebook", "intake", "model"),
        *("ownership", "plan", "sandbox", "state"),
    },
    "proctor.journal": {"course", "errors", "state"},
    "proctor.assess": {
        *("assignment", "errors", "examination", "examiner", "intake", "model", "ownership", "plan"),
        *("rendering", "repair", "scoring", "state", "tampering"),
    },
    "proctor.results": {"assess", "course", "errors", "model", "state"},
    "proctor.report": {"course", "errors", "gradebook", "model", "pages", "results", "spreadsheets", "state"},
    "proctor.roster": {"course", "errors"},
    "proctor.exports": {"gradebook", "roster", "spreadsheets"},
    "proctor.class_commands": {
        *("course", "errors", "exports", "gradebook", "options", "report", "roster", "state", "terminal"),
    },
    "proctor.worker": {"assess", "assignment", "errors", "examination", "inside", "model", "ownership"},
    "proctor.cluster": {"errors"},
    "proctor.executors": {"assess", "cluster", "assignment", "errors", "model", "ownership", "worker"},
    "proctor.pipeline": {
        *("assess", "assignment", "autograded", "course", "digests", "errors", "executors", "gradebook", "journal"),
        *("model", "preparation", "results", "sandbox", "timestamps"),
    },
    "proctor.cli": {
        *("assignment", "class_commands", "cluster", "course", "doctor", "errors", "executors", "feedback"),
        *("gradebook", "journal", "model", "options", "pipeline", "terminal"),
    },
}

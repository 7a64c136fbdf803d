# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # Unit 04: Backpropagation
#
# A network has thousands of weights, and training needs the slope of the loss for each of them.
# To move one weight after the other and look at the loss would take thousands of forward passes.
# **Backpropagation** gets all slopes from one pass backward, for about the price of two forward passes.
# It is the chain rule, applied in a good order.
# This unit builds it three times: for single gates, for graphs of any shape, and for layers.
# At the end your layers learn to read digits.
#
# **After this unit you can**
#
# - send a gradient back through add, multiply, maximum, reciprocal and exp,
# - build a graph that differentiates itself, and say why the order matters,
# - say when a Jacobian is needed, and work without it,
# - write layers with `forward` and `backward`, and a whole network from them,
# - find out whether a gradient is right,
# - train with your own steps and batches, and choose a depth honestly.
#
# **You need** the chain rule, matrix products, and Units 00 to 03: slopes, softmax, activations, random first weights.
#
# **Time:** 120 minutes.
# Parts 1 to 3 and Parts 4 to 6 make two good sittings.
#
# **Points:** 67, of which 43 are for functions and classes, 19 for questions and measurements, and 5 for two short texts.

# %% [markdown] lang="en"
# ## Before you start
#
# Cells that raise `NotImplementedError`, or say `None  # your answer`, are yours.
# Below each of them stands a check.
# It tries your answer on inputs that you can see; hidden tests use other inputs.
# Where you choose among given words, the check only records your choice; it is marked after submitting.
# Measured numbers are recorded, too. A prediction counts whatever you guess.
# Stuck? `chainrule.hint("AddGate")` gives a hint for that exercise, and again the next one. Hints cost nothing.
#
# Some answers are **classes**.
# Keep their names and the names of their methods.
# Write `xp` where you would write `np`.
#
# A tip for the experiments: they use the functions of the exercises above them, so go in order.

# %% locked="setup"
import math

import matplotlib.pyplot as plt
import numpy as np
from tqdm.auto import tqdm

import chainrule
from chainrule import data, plotting

xp = chainrule.use("auto")
plotting.use_style()

# %% [markdown] lang="en"
# **Words.**
# $L$ is the loss, one number.
# **Forward** means: from the inputs to $L$.
# **Backward** means: from $L$ to the inputs.
# What comes down from above is the **upstream** gradient.
# It says how much $L$ changes when the output of a step changes.
# The **local slope** of a step says how much its output changes when its input changes.
# The chain rule multiplies the two:
#
# $$\frac{\partial L}{\partial x} = \text{upstream} \cdot \text{local slope}$$
#
# Under **By hand** you find results to test your code with.

# %% [markdown] lang="en"
# ## Part 1: Gates

# %% [markdown] lang="en"
# ### Exercise 4.1 - Add, multiply, choose (3 points)
#
# **Why.** Any computation can be cut into small steps, called **gates**.
# A gate knows two things: its forward rule, and its local slopes.
# It knows nothing of the rest of the network.
#
# **Formula.** Take $f = (x + y) \cdot z$ with $x = -2$, $y = 5$, $z = -4$.
# Forward: $q = x + y = 3$, and $f = q z = -12$.
# Backward, starting with $\partial f / \partial f = 1$:
#
# | gate | what it does with the gradient | here |
# |---|---|---|
# | multiply | each input gets upstream times the **other** input | $q$ gets $1 \cdot (-4) = -4$, $z$ gets $1 \cdot 3 = 3$ |
# | add | each input gets a **copy** | $x$ gets $-4$, $y$ gets $-4$ |
#
# Does it hold? Raise $x$ by 0.01: $f = 3.01 \cdot (-4) = -12.04$.
# It fell by $4 \cdot 0.01$, as promised.

# %% tags=["demo"]
def draw_worked_example(x=-2.0, y=5.0, z=-4.0):
    """Draw (x + y) z with the values above the wires and the gradients below."""
    places = {"x": (0, 2), "y": (0, 1), "z": (0, 0), "+": (1, 1.5), "*": (2, 0.8), "f": (3, 0.8)}
    wires = [("x", "+", x, z), ("y", "+", y, z), ("z", "*", z, x + y)]
    wires += [("+", "*", x + y, z), ("*", "f", (x + y) * z, 1.0)]
    fig, ax = plt.subplots(figsize=(7, 2.9))
    plotting.circuit(places, wires, ax)
    ax.set_title("blue, above: values run forward - red, below: gradients run backward", fontsize=10)
    plotting.describe(fig, f"(x + y) z: gradients {z:g} for x and y, {x + y:g} for z.")


draw_worked_example()

# %% [markdown] lang="en"
# Move the sliders.
# Which gradient changes when you move `x`?
# (In a printed or graded page only the figure above appears.)

# %% tags=["demo"]
from ipywidgets import FloatSlider

sliders = {name: FloatSlider(value=v, min=-5.0, max=5.0, step=0.5) for name, v in zip("xyz", (-2, 5, -4))}
plotting.interact(draw_worked_example, **sliders)

# %% [markdown] lang="en"
# > **Many notes get this wrong: "the add gate distributes the gradient equally."**
# >
# > Read as "half for each", this is false.
# > Raise $x$ by 0.01, and the sum rises by 0.01, not by 0.005.
# > Both slopes are 1: the add gate **copies**, it does not split.
#
# Now write the gates as classes.
# `forward` computes, and keeps in `self` what `backward` needs.
# `backward(upstream)` returns one gradient for each input, in their order.
#
# **Shapes.** `x`, `y` and `upstream` are numbers, or arrays of one shape.
#
# **By hand.** An add gate with upstream $-4$ returns $(-4, -4)$.

# %% answer="AddGate"
class AddGate:
    """x + y."""

    def forward(self, x, y):
        """Return the sum."""
        ### BEGIN SOLUTION
        return x + y
        ### END SOLUTION

    def backward(self, upstream):
        """Return the gradients of x and y."""
        ### BEGIN SOLUTION
        return upstream, upstream
        ### END SOLUTION


# %% check="AddGate"
chainrule.check("AddGate", AddGate)

# %% [markdown] lang="en"
# **Multiply.** The slope of $x y$ with respect to $x$ is $y$.
#
# **By hand.** $x = 3$, $y = -4$, upstream $= 2$: $x$ gets $2 \cdot (-4) = -8$, and $y$ gets $2 \cdot 3 = 6$.
#
# **The trap.** A gate may be used many times.
# `backward` belongs to the last `forward`.

# %% answer="MulGate"
class MulGate:
    """x times y."""

    def forward(self, x, y):
        """Return the product, and keep what backward needs."""
        ### BEGIN SOLUTION
        self.x, self.y = x, y
        return x * y
        ### END SOLUTION

    def backward(self, upstream):
        """Return the gradients of x and y."""
        ### BEGIN SOLUTION
        return upstream * self.y, upstream * self.x
        ### END SOLUTION


# %% check="MulGate"
chainrule.check("MulGate", MulGate)

# %% [markdown] lang="en"
# **Choose.** $\max(x, y)$ is the larger input, entry by entry.
# A small change of the smaller one changes nothing.
# So the gate **routes**: the larger input gets all of the gradient, the other one gets 0.
# (When both are equal, either may get it; we do not test that.)
#
# **By hand.** $x = (2, -1)$, $y = (1, 5)$, upstream $= (3, 7)$: $x$ gets $(3, 0)$, and $y$ gets $(0, 7)$.

# %% answer="MaxGate"
class MaxGate:
    """The larger of x and y, entry by entry."""

    def forward(self, x, y):
        """Return the larger one, and keep what backward needs."""
        ### BEGIN SOLUTION
        self.first = xp.asarray(x > y)
        return xp.maximum(x, y)
        ### END SOLUTION

    def backward(self, upstream):
        """Return the gradients of x and y."""
        ### BEGIN SOLUTION
        return upstream * self.first, upstream * xp.logical_not(self.first)
        ### END SOLUTION


# %% check="MaxGate"
chainrule.check("MaxGate", MaxGate)

# %% [markdown] lang="en"
# ReLU is this gate with $y = 0$.

# %% [markdown] lang="en"
# ### Exercise 4.2 - Gates in a chain (5 points)
#
# **Why.** A sigmoid neuron computes $f = 1 / (1 + e^{-z})$ with $z = w_0 x_0 + w_1 x_1 + w_2$.
# Cut into gates, that is a chain: multiply, add, times -1, exp, plus 1, reciprocal.
# Two gates are still missing.
#
# **Formula.** The reciprocal $1/x$ has the slope $-1/x^2$.
#
# **Shapes.** Numbers, or arrays of one shape.
#
# **By hand.** $x = 2$ and upstream $= 3$ give the output $0.5$ and the gradient $3 \cdot (-1/4) = -0.75$.

# %% answer="ReciprocalGate"
class ReciprocalGate:
    """1 / x."""

    def forward(self, x):
        """Return the reciprocal, and keep what backward needs."""
        ### BEGIN SOLUTION
        self.x = x
        return 1 / x
        ### END SOLUTION

    def backward(self, upstream):
        """Return the gradient of x."""
        ### BEGIN SOLUTION
        return -upstream / self.x**2
        ### END SOLUTION


# %% check="ReciprocalGate"
chainrule.check("ReciprocalGate", ReciprocalGate)

# %% [markdown] lang="en"
# **Exp.** $e^x$ is its own slope.
# So keep the output, and backward needs no second exponential.
#
# **By hand.** $x = 1$ gives $2.7183$; with upstream $-2$ the gradient is $-5.4366$.

# %% answer="ExpGate"
class ExpGate:
    """e to the power of x."""

    def forward(self, x):
        """Return the exponential, and keep what backward needs."""
        ### BEGIN SOLUTION
        self.output = xp.exp(x)
        return self.output
        ### END SOLUTION

    def backward(self, upstream):
        """Return the gradient of x."""
        ### BEGIN SOLUTION
        return upstream * self.output
        ### END SOLUTION


# %% check="ExpGate"
chainrule.check("ExpGate", ExpGate)

# %% [markdown] lang="en"
# The neuron with $w_0 = 2$, $x_0 = -1$, $w_1 = -3$, $x_1 = -2$, $w_2 = -3$ has $z = 1$ and $f = 0.73$.
# Your gates compute the last four steps below, forward and backward.

# %% tags=["demo"]
exponential, inverse = ExpGate(), ReciprocalGate()
grown = exponential.forward(-1.0)
f = inverse.forward(1 + grown)
to_sum = inverse.backward(1.0)
to_exp = exponential.backward(to_sum)
places = {"z": (0, 0), "* -1": (1, 0), "exp": (2, 0), "+ 1": (3, 0), "1/x": (4, 0), "f": (5, 0)}
wires = [("z", "* -1", 1, -to_exp), ("* -1", "exp", -1, to_exp), ("exp", "+ 1", grown, to_sum)]
wires += [("+ 1", "1/x", 1 + grown, to_sum), ("1/x", "f", f, 1.0)]
fig, ax = plt.subplots(figsize=(9, 1.7))
plotting.circuit(places, wires, ax, size=36)
plotting.describe(fig, "z = 1 runs through four gates to 0.731; gradients 1, -0.53, -0.53, -0.2, 0.2.")

# %% [markdown] lang="en"
# > **Many notes get this wrong: the gradient at 1.37.**
# >
# > At the gate $1/x$ the number 1.37 is the gate's **input**, and 0.73 is its output.
# > Neither of them is the local slope.
# > The slope is taken at the input: $-1/1.37^2 = -0.53$.
#
# **Question.** Further down, $z = w_0 x_0 + w_1 x_1 + w_2$.
# Add copies and multiply swaps.
# What is the gradient of $w_1$?
# Two digits are enough.

# %% answer="neuron_dw1"
### BEGIN SOLUTION
neuron_dw1 = -2 * 0.1966  # x1 times the gradient of z
### END SOLUTION

# %% check="neuron_dw1"
chainrule.check("neuron_dw1", neuron_dw1)

# %% [markdown] lang="en"
# **One gate for four.**
# The cut is yours to choose.
# The four gates together are the sigmoid, whose slope you know from Unit 02: $a (1 - a)$, with $a$ the output.
# One gate stores one number instead of several, and gives the same gradient.
#
# **By hand.** $x = 1$: $a = 0.7311$, slope $0.7311 \cdot 0.2689 = 0.1966$.
#
# You may use `from chainrule.nn.activations import sigmoid`.

# %% answer="SigmoidGate"
from chainrule.nn.activations import sigmoid


class SigmoidGate:
    """1 / (1 + exp(-x)) as one gate."""

    def forward(self, x):
        """Return the sigmoid, and keep what backward needs."""
        ### BEGIN SOLUTION
        self.output = sigmoid(xp.asarray(x))
        return self.output
        ### END SOLUTION

    def backward(self, upstream):
        """Return the gradient of x."""
        ### BEGIN SOLUTION
        return upstream * self.output * (1 - self.output)
        ### END SOLUTION


# %% check="SigmoidGate"
chainrule.check("SigmoidGate", SigmoidGate)

# %% [markdown] lang="en"
# **Measure.** Is it really the same?
# Take 1000 random numbers `x` and 1000 random upstream gradients `up`; the first line draws both.
#
# 1. Send `up` back through `SigmoidGate`.
# 2. Do it with gates: `-x`, then `ExpGate`, then `+ 1`, then `ReciprocalGate`, and all the way back.
# 3. Store the largest absolute difference of the two gradients of `x` in `one_gate_difference`.

# %% answer="one_gate_difference"
x, up = xp.asarray(np.random.default_rng(402).standard_normal((2, 1000)))
### BEGIN SOLUTION
one, exponential, inverse = SigmoidGate(), ExpGate(), ReciprocalGate()
one.forward(x)
inverse.forward(1 + exponential.forward(-x))
through_four = -exponential.backward(inverse.backward(up))
one_gate_difference = float(xp.abs(one.backward(up) - through_four).max())
### END SOLUTION

# %% check="one_gate_difference"
chainrule.check("one_gate_difference", one_gate_difference)

# %% [markdown] lang="en"
# The two ways differ by rounding only.
# So a gate may be as small or as large as you like, as long as you know its slope.

# %% [markdown] lang="en"
# ## Part 2: Graphs

# %% [markdown] lang="en"
# ### Exercise 4.3 - In which order? (3 points)
#
# **Why.** Gates feed gates, and the output of one may feed several.
# Drawn as points and arrows, this is a **graph**.
# On the way back, a gate can pass its gradient on only when it has received **all** of it.
# So we need a list in which every gate comes after its inputs, and read it from the end.
# Such a list is a **topological order**.
#
# **What to write.** `topological_order(output, inputs_of)`.
# `output` is a node: a number, a text, any object.
# `inputs_of(node)` gives the list of the nodes that feed it; the list is empty for inputs of the graph.
# Return a list of all nodes that `output` depends on, each **once**, every node after its inputs.
# `output` itself is the last.
#
# **By hand.** `f` is made from `q` and `z`, and `q` from `x` and `y`.
# `["x", "y", "q", "z", "f"]` is right, and `["z", "y", "x", "q", "f"]` is right too.
#
# One way to do it: to **visit** a node means to visit its inputs first, and then to append the node.
#
# **The trap.** Which nodes were visited already?
# Without that memory, a node with two uses is listed twice.

# %% answer="topological_order"
def topological_order(output, inputs_of):
    """List all nodes that output depends on, each once, every node after its inputs."""
    ### BEGIN SOLUTION
    order, seen = [], set()

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for below in inputs_of(node):
            visit(below)
        order.append(node)

    visit(output)
    return order
    ### END SOLUTION


# %% check="topological_order"
chainrule.check("topological_order", topological_order)

# %% [markdown] lang="en"
# **Question.** In a chain of **diamonds**, each level adds a node to itself: $b = a + a$, $c = b + b$, and so on.
# From every level two arrows lead to the level below.
# How many different paths lead from the top of 20 diamonds to the bottom?

# %% answer="paths"
### BEGIN SOLUTION
paths = 2**20
### END SOLUTION

# %% check="paths"
chainrule.check("paths", paths)

# %% [markdown] lang="en"
# ### Exercise 4.4 - Nodes that remember (8 points)
#
# **Why.** Writing the way back by hand is slow, and easy to get wrong.
# Let the numbers do it: every result remembers what it was made from.
# This is how PyTorch and JAX work.
#
# **What to write.** A `Node` holds a value, its `parents` (the nodes that it was made from), and for each parent a **rule**.
# A rule is a function: from the upstream gradient of this node to what the parent gets.
# `__init__` is given.
#
# 1. `a + b`, `a * b`, `a.exp()` and `a.reciprocal()` return a new `Node` with its parents and rules.
# 2. `backward()` sets `grad` of every node to 0, and of the output to 1, or to ones where its value is an array.
#    Then it goes through the nodes in reverse topological order, and **adds** what each rule gives to the parent's `grad`.
#
# **Shapes.** Values are numbers, or arrays of one shape.
#
# **By hand.** $b = a + a$ with $a = 3$: $a$ is used twice, so its gradient is $1 + 1 = 2$.
# If the second use replaced the first, it would be 1.
#
# **The trap.** When `backward` is called a second time, the gradients must be the same as before.

# %% answer="Node"
class Node:
    """A value that remembers where it came from."""

    def __init__(self, value, *, parents=(), rules=()):
        self.value = value
        self.parents = parents
        self.rules = rules
        self.grad = 0.0

    def __add__(self, other):
        """Return a Node with self.value + other.value."""
        ### BEGIN SOLUTION
        rules = (lambda upstream: upstream, lambda upstream: upstream)
        return Node(self.value + other.value, parents=(self, other), rules=rules)
        ### END SOLUTION

    def __mul__(self, other):
        """Return a Node with self.value * other.value."""
        ### BEGIN SOLUTION
        rules = (lambda upstream: upstream * other.value, lambda upstream: upstream * self.value)
        return Node(self.value * other.value, parents=(self, other), rules=rules)
        ### END SOLUTION

    def exp(self):
        """Return a Node with e to the power of self.value."""
        ### BEGIN SOLUTION
        output = xp.exp(self.value)
        return Node(output, parents=(self,), rules=(lambda upstream: upstream * output,))
        ### END SOLUTION

    def reciprocal(self):
        """Return a Node with 1 / self.value."""
        ### BEGIN SOLUTION
        rules = (lambda upstream: -upstream / self.value**2,)
        return Node(1 / self.value, parents=(self,), rules=rules)
        ### END SOLUTION

    def backward(self):
        """Fill grad of every node that this one depends on, with the slope of this node."""
        order = topological_order(self, lambda node: node.parents)
        ### BEGIN SOLUTION
        for node in order:
            node.grad = 0.0 * node.value
        self.grad = self.grad + 1.0
        for node in reversed(order):
            for parent, rule in zip(node.parents, node.rules):
                parent.grad = parent.grad + rule(node.grad)
        ### END SOLUTION


# %% check="Node"
chainrule.check("Node", Node)

# %% [markdown] lang="en"
# **Measure.** Make a node with the value 1.0.
# Twenty times, add the newest node to itself.
# Call `backward` on the last node, and store the gradient of the first in `bottom_gradient`.

# %% answer="bottom_gradient"
### BEGIN SOLUTION
first = last = Node(1.0)
for _ in range(20):
    last = last + last
last.backward()
bottom_gradient = float(first.grad)
### END SOLUTION

# %% check="bottom_gradient"
chainrule.check("bottom_gradient", bottom_gradient)

# %% [markdown] lang="en"
# The gradient counts the paths, but your `backward` did not walk them one by one.
# It ran each rule once: 40 calls.
# The figure compares it with a program that follows every path.

# %% tags=["demo"]
from time import perf_counter


def milliseconds(work, runs=5):
    """Shortest of several runs."""
    times = []
    for _ in range(runs):
        start = perf_counter()
        work()
        times.append(1000 * (perf_counter() - start))
    return min(times)


# %% tags=["demo"]
def diamonds(levels):
    """The last node of a chain of diamonds."""
    last = Node(1.0)
    for _ in range(levels):
        last = last + last
    return last


def walk_every_path(node, upstream=1.0):
    """Follow each path on its own."""
    for parent, rule in zip(node.parents, node.rules):
        walk_every_path(parent, rule(upstream))


# %% tags=["demo"]
levels = list(range(1, 16))
times = {
    "every path": [milliseconds(lambda: walk_every_path(diamonds(n)), runs=3) for n in levels],
    "in order, your Node": [milliseconds(diamonds(n).backward) for n in levels],
}
fig, ax = plt.subplots(figsize=(6.4, 3.2))
plotting.curves(np.array(levels), {name: np.array(t) for name, t in times.items()}, ax)
ax.set(yscale="log", xlabel="diamonds", ylabel="milliseconds")
plotting.describe(fig, "Time for every path doubles with each diamond; in order it grows slowly.")

# %% [markdown] lang="en"
# **In your own words (2 points).**
# A friend writes `parent.grad = rule(node.grad)`, without adding.
# On which graphs is the result right all the same, and on which is it wrong?
# Why is the sum right?
# Two or three sentences.

# %% [markdown] text="why_sums" points=2
# It is right where every node is used only once, as in a plain chain; it is wrong as soon as a node feeds two gates, as in b = a + a.
# A change of a shared node reaches the output along every path, and the small effects of all paths add up, so the slope is the sum over the uses.
#
# **Rubric**
#
# - 1 point: right without reuse (each node used once), wrong when a node is used more than once (an example such as a + a or a * a will do).
# - 1 point: says that the change reaches the output on several ways and their effects add (the chain rule for several variables).
# - "Because the loop runs twice" describes the code and earns no second point.

# %% [markdown] lang="en"
# ### Exercise 4.5 - Jacobians, and how to avoid them (4 points)
#
# **Why.** Layers turn many numbers into many numbers.
# The slope is then a table, the **Jacobian**: a row for each output, a column for each input.
#
# $$J_{ij} = \frac{\partial f_i}{\partial x_j} \approx \frac{f_i(x + h e_j) - f_i(x - h e_j)}{2h}$$
#
# $e_j$ is 1 at place $j$ and 0 elsewhere: only one input moves at a time.
#
# **Shapes.** `x` is `(D,)`, `f(x)` is `(M,)`, the Jacobian is `(M, D)`.
#
# **By hand.** $f(x) = x^2$ entry by entry, at $x = (1, 3)$: the Jacobian is $((2, 0), (0, 6))$.

# %% answer="jacobian"
def jacobian(f, x, h=1e-5):
    """Estimate the table of slopes of f at x by central differences, an array of shape (M, D)."""
    ### BEGIN SOLUTION
    x = xp.asarray(x, dtype=float)
    columns = []
    for j in range(len(x)):
        step = xp.zeros(len(x))
        step[j] = h
        columns.append((f(x + step) - f(x - step)) / (2 * h))
    return xp.stack(columns, axis=1)
    ### END SOLUTION


# %% check="jacobian"
chainrule.check("jacobian", jacobian)

# %% tags=["demo"]
rng = np.random.default_rng(405)
x, A = xp.asarray(rng.standard_normal(6)), xp.asarray(rng.standard_normal((6, 6)))
functions = {"tanh, entry by entry": xp.tanh, "softmax": lambda v: xp.exp(v) / xp.exp(v).sum()}
functions["A times x"] = lambda v: A @ v
fig, axes = plt.subplots(1, 3, figsize=(9, 2.9))
for ax, (name, f) in zip(axes, functions.items()):
    table = chainrule.to_host(jacobian(f, x))
    ax.imshow(table, cmap="RdBu", vmin=-abs(table).max(), vmax=abs(table).max())
    ax.set(title=name, xlabel="input", ylabel="output", xticks=range(6), yticks=range(6))
    ax.grid(visible=False)
plotting.describe(fig, "The Jacobian of tanh is diagonal; those of softmax and A x are full.")

# %% [markdown] lang="en"
# Blue is positive, red is negative, white is 0.
# An activation works entry by entry: output $i$ depends on input $i$ alone.
# So its Jacobian is **diagonal**, and almost all of it is zeros.
#
# **Question.** A batch of 100 examples with 320 features holds 32,000 numbers.
# How many gigabytes would the Jacobian of an activation on this batch need, with 8 bytes a number?
# (One gigabyte is $10^9$ bytes.)

# %% answer="jacobian_gigabytes"
### BEGIN SOLUTION
jacobian_gigabytes = 32_000**2 * 8 / 1e9
### END SOLUTION

# %% check="jacobian_gigabytes"
chainrule.check("jacobian_gigabytes", jacobian_gigabytes)

# %% [markdown] lang="en"
# **Backward never needs the table.**
# It needs the product upstream $\cdot\, J$, called a **vector-Jacobian product**.
# With a diagonal $J$ that is one multiplication for each entry.
#
# Write it for $f(x) = x^2$, entry by entry.
#
# **Shapes.** `upstream`, `x` and the result have one shape, such as `(N, D)`.
#
# **By hand.** $x = (1, 3)$ and upstream $= (5, -1)$ give $(10, -6)$.

# %% answer="square_vjp"
def square_vjp(upstream, x):
    """Send a gradient back through x squared, without a Jacobian."""
    ### BEGIN SOLUTION
    return upstream * 2 * x
    ### END SOLUTION


# %% check="square_vjp"
chainrule.check("square_vjp", square_vjp)

# %% tags=["demo"]
counts = [100, 300, 1000, 3000]
rng = np.random.default_rng(406)
inputs = {n: xp.asarray(rng.standard_normal((2, n))) for n in counts}
times = {
    "with the Jacobian": [milliseconds(lambda: up @ xp.diag(2 * x)) for up, x in inputs.values()],
    "your square_vjp": [milliseconds(lambda: square_vjp(up, x)) for up, x in inputs.values()],
}
fig, ax = plt.subplots(figsize=(6.4, 3.2))
plotting.curves(np.array(counts), {name: np.array(t) for name, t in times.items()}, ax)
ax.set(xscale="log", yscale="log", xlabel="numbers in the batch", ylabel="milliseconds")
plotting.describe(fig, "The way with the Jacobian grows with the square of the numbers.")

# %% [markdown] lang="en"
# ### Exercise 4.6 - A matrix times a column (2 points)
#
# **Why.** Lecture notes write vectors as columns: $q = W x$.
# This course writes examples as rows: $z = x W + b$.
# You will meet both, and the transposes stand in different places.
#
# **Formula.** $f = |W x|^2 = q_1^2 + q_2^2 + \dots$, so the upstream gradient of $q$ is $2q$.
# The entry $W_{kj}$ appears only in $q_k$, multiplied by $x_j$.
# So its gradient is $2 q_k x_j$, and $x_j$ collects $2 q_k W_{kj}$ over all $k$:
#
# $$\frac{\partial f}{\partial W} = 2q\, x^T \qquad \frac{\partial f}{\partial x} = W^T\, 2q$$
#
# **Shapes.** `W` is `(M, D)`, `x` is `(D, 1)`, a column. Return `dW` and `dx` in the shapes of `W` and `x`.
#
# **By hand.** $W = ((0.1, 0.5), (-0.3, 0.8))$, $x = (0.2, 0.4)$:
# $q = (0.22, 0.26)$, $f = 0.116$,
# $\partial f / \partial W = ((0.088, 0.176), (0.104, 0.208))$, and $\partial f / \partial x = (-0.112, 0.636)$.
#
# > **Many notes get this wrong: "$\partial f / \partial x = 2q \cdot W^T$."**
# >
# > With columns that product does not even fit when $W$ is not square.
# > It is $W^T \cdot 2q$.
# > The order "upstream times $W^T$" belongs to **rows**, as in Exercise 4.7.
# > A quick test: the gradient must have the shape of the thing.

# %% answer="l2_backward"
def l2_backward(W, x):
    """Return the gradients of |W x|^2 with respect to W, (M, D), and to the column x, (D, 1)."""
    ### BEGIN SOLUTION
    q = W @ x
    return 2 * q @ x.T, W.T @ (2 * q)
    ### END SOLUTION


# %% check="l2_backward"
chainrule.check("l2_backward", l2_backward)

# %% [markdown] lang="en"
# ## Part 3: Layers

# %% [markdown] lang="en"
# ### Exercise 4.7 - The layer that learns (4 points)
#
# **Why.** A graph of single numbers is slow: a small network has 100,000 gates.
# A **layer** is a gate for a whole batch.
#
# **Formula.** With rows, $z = x W + b$. From upstream $= \partial L / \partial z$:
#
# $$\frac{\partial L}{\partial W} = x^T \cdot \text{upstream} \qquad
# \frac{\partial L}{\partial b} = \sum_n \text{upstream}_n \qquad
# \frac{\partial L}{\partial x} = \text{upstream} \cdot W^T$$
#
# $b$ is added to every example, so it is used $N$ times, and the gradients of its uses add up.
#
# **Shapes.** `x` is `(N, D)`, `W` is `(D, M)`, `b` is `(M,)`, `upstream` is `(N, M)`.
#
# **What to write.** `params` holds what the layer learns, and `grads` the gradients under the same names.
# `forward(x)` returns `(N, M)`, and keeps what `backward` needs.
# `backward(upstream)` puts $\partial L / \partial W$ into `grads["W"]` and $\partial L / \partial b$ into `grads["b"]`, and returns $\partial L / \partial x$.
#
# **By hand.** `W = ((1, 2), (3, 4))`, `b = (0.5, -0.5)`, `x = ((1, 1))`: the output is `((4.5, 5.5))`.
# With upstream `((1, -1))`: `dW = ((1, -1), (1, -1))`, `db = (1, -1)`, `dx = ((-1, -1))`.
#
# **The trap.** Take `W` from `self.params["W"]` each time: the trainer puts new numbers there.

# %% answer="Affine"
class Affine:
    """z = x W + b."""

    def __init__(self, W, b):
        self.params = {"W": W, "b": b}
        self.grads = {}

    def forward(self, x):
        """Return x W + b, and keep what backward needs."""
        ### BEGIN SOLUTION
        self.x = x
        return x @ self.params["W"] + self.params["b"]
        ### END SOLUTION

    def backward(self, upstream):
        """Put the gradients of W and b into grads, and return the gradient of x."""
        ### BEGIN SOLUTION
        self.grads["W"] = self.x.T @ upstream
        self.grads["b"] = upstream.sum(axis=0)
        return upstream @ self.params["W"].T
        ### END SOLUTION


# %% check="Affine"
chainrule.check("Affine", Affine)

# %% [markdown] lang="en"
# ### Exercise 4.8 - Activations as layers (3 points)
#
# **Why.** Between affine layers stands an activation, entry by entry.
# It has nothing to learn, so it needs no `params`.
# Keep what `backward` needs, and no more: the output is enough for all three.
#
# | layer | forward | slope |
# |---|---|---|
# | ReLU | $\max(x, 0)$ | 1 where $x > 0$, else 0 |
# | Sigmoid | $a = \sigma(x)$ | $a (1 - a)$ |
# | Tanh | $a = \tanh(x)$ | $1 - a^2$ |
#
# **Shapes.** Entry by entry, `(N, D)`.
#
# **By hand.** ReLU: `x = ((-2, 3))`, upstream `((5, 7))` gives `((0, 7))`.
#
# **The trap.** The arrays that you are given belong to others: never write into `x` or `upstream`.

# %% answer="ReLU"
class ReLU:
    """max(x, 0)."""

    def forward(self, x):
        """Return max(x, 0), and keep what backward needs."""
        ### BEGIN SOLUTION
        self.a = xp.maximum(x, 0)
        return self.a
        ### END SOLUTION

    def backward(self, upstream):
        """Return the gradient of x."""
        ### BEGIN SOLUTION
        return upstream * (self.a > 0)
        ### END SOLUTION


# %% check="ReLU"
chainrule.check("ReLU", ReLU)

# %% [markdown] lang="en"
# **Sigmoid.** Use `sigmoid` from above.
# `x = ((0))` and upstream `((4))` give `((1))`.

# %% answer="Sigmoid"
class Sigmoid:
    """1 / (1 + exp(-x))."""

    def forward(self, x):
        """Return the sigmoid of x, and keep what backward needs."""
        ### BEGIN SOLUTION
        self.a = sigmoid(x)
        return self.a
        ### END SOLUTION

    def backward(self, upstream):
        """Return the gradient of x."""
        ### BEGIN SOLUTION
        return upstream * self.a * (1 - self.a)
        ### END SOLUTION


# %% check="Sigmoid"
chainrule.check("Sigmoid", Sigmoid)

# %% [markdown] lang="en"
# **Tanh.** `x = ((1))` and upstream `((-2))` give $-2 \cdot (1 - 0.58) = -0.84$.

# %% answer="Tanh"
class Tanh:
    """The hyperbolic tangent."""

    def forward(self, x):
        """Return tanh(x), and keep what backward needs."""
        ### BEGIN SOLUTION
        self.a = xp.tanh(x)
        return self.a
        ### END SOLUTION

    def backward(self, upstream):
        """Return the gradient of x."""
        ### BEGIN SOLUTION
        return upstream * (1 - self.a**2)
        ### END SOLUTION


# %% check="Tanh"
chainrule.check("Tanh", Tanh)

# %% [markdown] lang="en"
# ### Exercise 4.9 - The loss on top (4 points)
#
# **Why.** Here the way back begins.
# The last layer gives scores, the **logits**.
# Softmax turns them into probabilities $p$, and the loss is the mean of $-\ln p$ of the right labels.
#
# **Formula.** In the slope most terms cancel:
#
# $$L = -\frac{1}{N} \sum_n \ln p_{n, y_n} \qquad \frac{\partial L}{\partial \text{logits}} = \frac{p - \text{onehot}(y)}{N}$$
#
# **Shapes.** `logits` is `(N, C)`, `y` is `(N,)` with labels 0 to C-1.
# `forward(logits, y)` returns one number, `backward()` an array `(N, C)`.
#
# **By hand.** `logits = ((0, 0), (0, 0))`, `y = (0, 1)`: $p$ is 1/2 everywhere, $L = \ln 2 = 0.6931$.
# The gradient is $((-0.25, 0.25), (0.25, -0.25))$.
#
# **The traps.** Subtract the largest score of each row before `exp`; it cancels.
# `backward` must leave the kept $p$ as it is: work on a copy.

# %% answer="SoftmaxCrossEntropy"
class SoftmaxCrossEntropy:
    """The mean of -ln p of the right labels, with p = softmax(logits)."""

    def forward(self, logits, y):
        """Return the loss, and keep what backward needs."""
        ### BEGIN SOLUTION
        shifted = logits - logits.max(axis=1, keepdims=True)
        e = xp.exp(shifted)
        total = e.sum(axis=1)
        self.p, self.y = e / total[:, None], y
        return (xp.log(total) - shifted[xp.arange(len(y)), y]).mean()
        ### END SOLUTION

    def backward(self):
        """Return the gradient of the logits."""
        ### BEGIN SOLUTION
        grad = self.p.copy()
        grad[xp.arange(len(self.y)), self.y] -= 1
        return grad / len(self.y)
        ### END SOLUTION


# %% check="SoftmaxCrossEntropy"
chainrule.check("SoftmaxCrossEntropy", SoftmaxCrossEntropy)

# %% [markdown] lang="en"
# **Question.** A fresh network knows nothing, so all ten digits get about the same probability.
# About what loss do you expect before the first step?
# Three digits, please.
# (It is a good test of any new network.)

# %% answer="first_loss"
### BEGIN SOLUTION
first_loss = math.log(10)
### END SOLUTION

# %% check="first_loss"
chainrule.check("first_loss", first_loss)

# %% [markdown] lang="en"
# ## Part 4: A whole network

# %% [markdown] lang="en"
# ### Exercise 4.10 - A whole network, forward (4 points)
#
# **Why.** Once, write the whole network without classes, to see all of it at a glance.
#
# **Formula.** For the layers $l = 1 \dots$ with $a_0 = x$:
#
# $$z_l = a_{l-1} W_l + b_l \qquad a_l = \max(z_l, 0)$$
#
# The last layer has no ReLU: its $z$ are the logits.
#
# **Shapes.** `params` is a list with one pair `(W, b)` for each layer, `x` is `(N, D)`.
# Return `logits` of shape `(N, C)`, and `caches`: a list with one tuple `(a, W, z)` for each layer,
# the layer's **input**, its weights, and its pre-activations.
#
# **By hand.** One feature, two hidden units, one class: $x = 4$, $W_1 = (1 \;\; {-1})$, $b_1 = (0 \;\; 0)$, $W_2 = \begin{pmatrix}2\\3\end{pmatrix}$, $b_2 = 1$.
# Then $z_1 = (4 \;\; {-4})$, $a_1 = (4 \;\; 0)$, and the logit is $4 \cdot 2 + 0 \cdot 3 + 1 = 9$.
#
# **If a result is wrong**, the check shows a table of the intermediate results up to the first wrong one.
# All that comes after it is wrong because of it, so begin there.

# %% answer="mlp_forward"
def mlp_forward(params, x):
    """Return the logits, (N, C), and for each layer the tuple (a, W, z)."""
    ### BEGIN SOLUTION
    a, caches = x, []
    for number, (W, b) in enumerate(params, start=1):
        z = a @ W + b
        caches.append((a, W, z))
        a = z if number == len(params) else xp.maximum(z, 0)
    return a, caches
    ### END SOLUTION


# %% check="mlp_forward"
chainrule.check("mlp_forward", mlp_forward)

# %% [markdown] lang="en"
# ### Exercise 4.11 - A whole network, backward (4 points)
#
# **Formula.** Start on top, and go down layer by layer:
#
# $$dz_L = \frac{\text{softmax}(\text{logits}) - \text{onehot}(y)}{N}$$
#
# $$dW_l = a_{l-1}^T \, dz_l \qquad db_l = \sum_n dz_{l,n} \qquad dz_{l-1} = (dz_l \, W_l^T) \text{ where } z_{l-1} > 0 \text{, else } 0$$
#
# **Shapes.** `logits` is `(N, C)`, `y` is `(N,)`, and `caches` is what `mlp_forward` returned.
# Return a list of pairs `(dW, db)`, from the **first** layer to the last.
#
# **By hand.** With the network from above there is one class only, so $p = 1$ and all gradients are 0.
# Take `logits = ((0, 0))`, `y = (0)`, one layer with the input `a = ((4))`:
# $dz = ((-0.5, 0.5))$, $dW = ((-2, 2))$, $db = (-0.5, 0.5)$.
#
# You may use `from chainrule.nn.losses import cross_entropy_grad`, which you wrote in Unit 00: it gives $dz_L$.
#
# **The trap.** The 1/N of the loss stands in $dz_L$ already.

# %% answer="mlp_backward"
from chainrule.nn.losses import cross_entropy_grad


def mlp_backward(logits, y, caches):
    """Return the gradients (dW, db) of the mean cross-entropy, from the first layer to the last."""
    ### BEGIN SOLUTION
    dz = cross_entropy_grad(logits, y)
    grads = []
    for number in reversed(range(len(caches))):
        a, W, z = caches[number]
        grads.append((a.T @ dz, dz.sum(axis=0)))
        if number:
            dz = (dz @ W.T) * (caches[number - 1][2] > 0)
    return grads[::-1]
    ### END SOLUTION


# %% check="mlp_backward"
chainrule.check("mlp_backward", mlp_backward)

# %% [markdown] lang="en"
# ### Exercise 4.12 - Is it right? (3 points)
#
# **Why.** A wrong gradient often still trains, only worse.
# So every new gradient is compared once with **central differences**, which need no calculus.
#
# **Formula.** With $g$ your gradient and $n$ the numeric one:
#
# $$\text{error} = \frac{|g - n|}{|g| + |n|}$$
#
# $|\cdot|$ is the root of the sum of all squared entries.
# Dividing makes the error **relative**. A distance of $10^{-4}$ alone says little: it is a tenth of a gradient of 0.001, and nothing beside one of 1,000.
#
# **Shapes.** `f(x)` gives one number, `grad(x)` an array of the shape of `x`. Return one number.
#
# **By hand.** $g = (3, 0)$ and $n = (0, 4)$: the distance is 5, so the error is $5 / 7 = 0.714$.
#
# **The trap.** Where both gradients are 0, the formula is 0/0. Return 0 there.
#
# You may use `from chainrule.nn.numeric import numeric_gradient`: `numeric_gradient(f, x, h)`.

# %% answer="gradient_check"
from chainrule.nn.numeric import numeric_gradient


def gradient_check(f, grad, x, h=1e-5):
    """Return the relative error between grad(x) and central differences of f."""
    ### BEGIN SOLUTION
    g, n = grad(x), numeric_gradient(f, x, h)
    distance = float(((g - n) ** 2).sum()) ** 0.5
    size = float((g**2).sum()) ** 0.5 + float((n**2).sum()) ** 0.5
    return distance / size if size > 0 else 0.0
    ### END SOLUTION


# %% check="gradient_check"
chainrule.check("gradient_check", gradient_check)

# %% [markdown] lang="en"
# **Measure.** Check your own network.
# The cell below makes a small network and a batch.
# `with_replaced(layer, part, array)` gives the parameters with one array replaced: `part` 0 is `W`, 1 is `b`.
# `loss_with(...)` gives the loss with that array, and `gradient_with(...)` gives your gradient for it.

# %% locked="small-network"
from chainrule.nn.losses import cross_entropy


def random_params(sizes, rng):
    """Weights for ReLU (Unit 03), and biases that are not 0."""
    params = []
    for d, m in zip(sizes, sizes[1:]):
        W, b = rng.standard_normal((d, m)) * (2 / d) ** 0.5, rng.uniform(0.05, 0.2, m)
        params.append((xp.asarray(W), xp.asarray(b)))
    return params


rng = np.random.default_rng(412)
small, small_x = random_params([5, 4, 6, 3], rng), xp.asarray(rng.standard_normal((8, 5)))
small_y = xp.asarray(rng.integers(0, 3, 8))


# %% locked="replaced"
def with_replaced(layer, part, array):
    """The small network with another array in one place."""
    changed = [list(pair) for pair in small]
    changed[layer][part] = array
    return changed


def loss_with(layer, part, array):
    """The loss of the small network with another array in one place."""
    logits, _ = mlp_forward(with_replaced(layer, part, array), small_x)
    return float(cross_entropy(logits, small_y))


def gradient_with(layer, part, array):
    """Your gradient for that array."""
    logits, caches = mlp_forward(with_replaced(layer, part, array), small_x)
    return mlp_backward(logits, small_y, caches)[layer][part]


# %% [markdown] lang="en"
# Call `gradient_check` for every layer (0, 1, 2) and both parts (0, 1), at `small[layer][part]`.
# Store the largest of the six errors in `own_gradient_error`.

# %% answer="own_gradient_error"
### BEGIN SOLUTION
errors = []
for layer in range(3):
    for part in range(2):
        f = lambda array: loss_with(layer, part, array)
        grad = lambda array: gradient_with(layer, part, array)
        errors.append(gradient_check(f, grad, small[layer][part]))
own_gradient_error = max(errors)
### END SOLUTION

# %% check="own_gradient_error"
chainrule.check("own_gradient_error", own_gradient_error)

# %% tags=["demo"]
steps = np.logspace(-12, -0.5, 24)
cube = {name: xp.asarray([0.7, -1.2, 0.4], dtype=name) for name in ("float64", "float32")}
fig, ax = plt.subplots(figsize=(6.4, 3.4))
for name, point in cube.items():
    up_down = [[((point + float(h)) ** 3, (point - float(h)) ** 3), float(h)] for h in steps]
    slopes = [chainrule.to_host((up - down) / (2 * h)).astype(float) for (up, down), h in up_down]
    right = 3 * np.array([0.7, -1.2, 0.4]) ** 2
    errors = [np.linalg.norm(s - right) / (np.linalg.norm(s) + np.linalg.norm(right)) for s in slopes]
    ax.plot(steps, np.maximum(errors, 1e-14), marker="o", markersize=3, label=name)
ax.set(xscale="log", yscale="log", xlabel="h", ylabel="relative error", title="how far to move?")
ax.legend()
plotting.describe(fig, "Errors fall with h, then rise again by rounding: best h 1e-5 in float64.")

# %% [markdown] lang="en"
# To the right of the valley, $h$ is so large that the curve bends.
# To the left, $f(x + h)$ and $f(x - h)$ agree in so many digits that rounding rules.
# In float32 the valley is shallow.
# So check gradients in **float64**, with $h = 10^{-5}$, and expect an error below $10^{-6}$.

# %% [markdown] lang="en"
# ## Part 5: Steps and batches

# %% [markdown] lang="en"
# ### Exercise 4.13 - Steps down (4 points)
#
# **Why.** The gradient points uphill, so we go the other way, a little.
#
# $$w \leftarrow w - \text{lr} \cdot \frac{\partial L}{\partial w}$$
#
# **Shapes.** `params` is a list of pairs `(W, b)`, `grads` a list of pairs `(dW, db)`.
# Return a new list of pairs.
#
# **By hand.** $w = 1$, $dw = 2$, lr $= 0.1$ gives $0.8$.
#
# **The traps.** `W = W - lr * dW` binds a local name: it is lost unless you put it into the list that you return.
# `W -= lr * dW` changes the old array, which the caller may still need.

# %% answer="sgd_step"
def sgd_step(params, grads, lr):
    """Return the parameters after one step of gradient descent, as new arrays."""
    ### BEGIN SOLUTION
    return [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
    ### END SOLUTION


# %% check="sgd_step"
chainrule.check("sgd_step", sgd_step)

# %% [markdown] lang="en"
# **Momentum.** In a narrow valley plain steps run back and forth, and make little way along it.
# A ball would gather speed along the valley.
# So keep a **velocity** $v$ for every parameter, slow it down a bit, and let the gradient push it:
#
# $$v \leftarrow m\, v - \text{lr} \cdot \frac{\partial L}{\partial w} \qquad w \leftarrow w + v$$
#
# **Shapes.** `velocity` is a list of pairs like `params`, zeros at first.
# Return the new parameters and the new velocity.
#
# **By hand.** $w = 1$, $v = 0.5$, $dw = 1$, lr $= 0.1$, $m = 0.8$: $v = 0.4 - 0.1 = 0.3$, and $w = 1.3$.

# %% answer="momentum_step"
def momentum_step(params, grads, velocity, lr, momentum=0.9):
    """Return the parameters after one step with momentum, and the new velocity."""
    ### BEGIN SOLUTION
    speeds = [
        (momentum * vW - lr * dW, momentum * vb - lr * db) for (vW, vb), (dW, db) in zip(velocity, grads)
    ]
    return [(W + vW, b + vb) for (W, b), (vW, vb) in zip(params, speeds)], speeds
    ### END SOLUTION


# %% check="momentum_step"
chainrule.check("momentum_step", momentum_step)

# %% tags=["demo"]
def descend(momentum, lr=0.036, steps=40):
    """A walk down the valley (u^2 + 50 v^2) / 2, with your momentum_step."""
    params = [(xp.asarray([[-4.0]]), xp.asarray([1.0]))]
    velocity = [(xp.zeros((1, 1)), xp.zeros(1))]
    points = [(-4.0, 1.0)]
    for _ in range(steps):
        (W, b) = params[0]
        params, velocity = momentum_step(params, [(W, 50 * b)], velocity, lr, momentum)
        points.append((float(params[0][0][0, 0]), float(params[0][1][0])))
    return np.array(points)


# %% tags=["demo"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for ax, momentum in zip(axes, (0.0, 0.8)):
    points = descend(momentum)
    plotting.path(lambda u, v: (u**2 + 50 * v**2) / 2, points, ax, goal=(0, 0))
    ax.set_title(f"momentum {momentum}: 40 steps, {abs(points[-1, 0]):.2f} left", fontsize=11)
plotting.describe(fig, "After 40 steps momentum is near the goal; plain steps zigzag and lag.")

# %% [markdown] lang="en"
# **Question.** The gradient is the same in every step: a long, even slope.
# After many steps the velocity no longer changes: $v = m v - \text{lr} \cdot dw$.
# How many times as long as a plain step is each step then, for $m = 0.8$?

# %% answer="terminal_factor"
### BEGIN SOLUTION
terminal_factor = 1 / (1 - 0.8)
### END SOLUTION

# %% check="terminal_factor"
chainrule.check("terminal_factor", terminal_factor)

# %% [markdown] lang="en"
# ### Exercise 4.14 - Small batches (3 points)
#
# **Why.** A gradient over 1600 examples is exact, and expensive.
# Over 32 of them it is rough, but 50 times cheaper.
# Fifty rough steps beat one exact step.
#
# **What to write.** `minibatches(X, y, size, rng)` goes through all examples once, in random order.
# It gives pairs `(rows of X, their labels)`, as a list or with `yield`.
# The last batch holds what is left, and may be smaller.
# `rng.permutation(n)` gives the numbers 0 to n-1 in random order.
#
# **Shapes.** `X` is `(N, D)`, `y` is `(N,)`; a batch has `(size, D)` and `(size,)`.
#
# **By hand.** 5 examples with `size=2` give batches of 2, 2 and 1.
#
# **The trap.** `X` and `y` need **one** order. Shuffled separately, nine of ten labels are wrong.

# %% answer="minibatches"
def minibatches(X, y, size, rng):
    """Give all examples once, in random order, in batches of this size; the last may be smaller."""
    ### BEGIN SOLUTION
    order = xp.asarray(rng.permutation(len(X)))
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(X), size)]
    ### END SOLUTION


# %% check="minibatches"
chainrule.check("minibatches", minibatches)

# %% [markdown] lang="en"
# **All together.** Now every part of a training is your own.
# The digits are images of 8 x 8 pixels, flattened to 64 numbers.
# Three parts: the training images to learn from, the **validation** images to choose with, the **test** images for the very end.

# %% locked="digits"
digits = data.load_digits(np.random.default_rng(4), validation=0.4)
half = len(digits.x_val) // 2
x_train, y_train = xp.asarray(digits.x_train), xp.asarray(digits.y_train)
x_val, y_val = xp.asarray(digits.x_val[:half]), xp.asarray(digits.y_val[:half])
x_test, y_test = xp.asarray(digits.x_val[half:]), xp.asarray(digits.y_val[half:])
print(len(x_train), "training,", len(x_val), "validation,", len(x_test), "test images")

# %% [markdown] lang="en"
# **Measure.** Train a network of the sizes 64, 32, 10 for 10 epochs.
# The first two lines make the first parameters, and a velocity of zeros.
#
# 1. For every epoch, and for every batch of 32: `mlp_forward`, `mlp_backward`, `momentum_step` with lr 0.05.
# 2. Store the share of validation images that it gets right in `own_accuracy`.
#    The predicted label is the place of the largest logit: `logits.argmax(axis=1)`.

# %% answer="own_accuracy"
rng = np.random.default_rng(414)
params = random_params([64, 32, 10], rng)
velocity = [(xp.zeros_like(W), xp.zeros_like(b)) for W, b in params]
### BEGIN SOLUTION
for _ in tqdm(range(10), unit="epoch"):
    for x, y in minibatches(x_train, y_train, 32, rng):
        logits, caches = mlp_forward(params, x)
        grads = mlp_backward(logits, y, caches)
        params, velocity = momentum_step(params, grads, velocity, 0.05)
logits, _ = mlp_forward(params, x_val)
own_accuracy = float((logits.argmax(axis=1) == y_val).mean())
### END SOLUTION

# %% check="own_accuracy"
chainrule.check("own_accuracy", own_accuracy)

# %% [markdown] lang="en"
# ### Exercise 4.15 - What the cache buys (2 points)
#
# **Why.** `mlp_backward` takes the pre-activations from the cache.
# They cost memory: one array for each layer.
# Without them, it would have to compute the forward pass again.
#
# Count matrix products, which cost most.
# Forward: one for each layer. Backward: two for each layer, `a.T @ dz` and `dz @ W.T`.
#
# **Predict.** How long does backward take **with** a forward pass before it, compared with backward alone?
# Choose `"1.1 times"`, `"1.5 times"` or `"3 times"`.

# %% answer="recompute_guess"
### BEGIN SOLUTION
recompute_guess = "1.5 times"
### END SOLUTION

# %% check="recompute_guess"
chainrule.check("recompute_guess", recompute_guess)

# %% locked="stopwatch"
from time import perf_counter

deep = random_params([150] * 9, np.random.default_rng(415))
deep_x = xp.asarray(np.random.default_rng(416).standard_normal((150, 150)))
deep_y = xp.asarray(np.random.default_rng(417).integers(0, 150, 150))


def shortest_times(*works, runs=15):
    """Seconds of the fastest of several runs of each, taken in turn; a GPU is waited for."""
    times = [[] for _ in works]
    for _ in range(runs):
        for work, taken in zip(works, times):
            start = perf_counter()
            chainrule.to_host(work()[0][1])
            taken.append(perf_counter() - start)
    return [min(taken) for taken in times]


# %% [markdown] lang="en"
# **Measure.** `shortest_times(one, two)` times two functions without arguments that return gradients.
# It gives a list of two times.
#
# 1. Run `mlp_forward(deep, deep_x)` once. The first function calls `mlp_backward` with what it gave.
# 2. The second function runs `mlp_forward`, and then `mlp_backward`.
# 3. Store the second time divided by the first in `recompute_ratio`.

# %% answer="recompute_ratio"
### BEGIN SOLUTION
logits, caches = mlp_forward(deep, deep_x)


def recompute():
    logits, caches = mlp_forward(deep, deep_x)
    return mlp_backward(logits, deep_y, caches)


stored, again = shortest_times(lambda: mlp_backward(logits, deep_y, caches), recompute)
recompute_ratio = again / stored
### END SOLUTION

# %% check="recompute_ratio"
chainrule.check("recompute_ratio", recompute_ratio)

# %% tags=["demo"]
def without_any_cache():
    """Compute the input of every layer from x anew, as one would with no memory at all."""
    for layer in range(1, len(deep) + 1):
        mlp_forward(deep[:layer], deep_x)
    return recompute()


def recompute():
    """Forward once more, then backward."""
    again = mlp_forward(deep, deep_x)
    return mlp_backward(again[0], deep_y, again[1])


kept = mlp_forward(deep, deep_x)
ways = {"cache": lambda: mlp_backward(kept[0], deep_y, kept[1]), "forward once more": recompute}
ways["each layer from x"] = without_any_cache
times = {name: 1000 * t for name, t in zip(ways, shortest_times(*ways.values()))}
fig, ax = plt.subplots(figsize=(6.4, 2.2))
plotting.bars(times, ax, form="{:.1f} ms")
ax.set(xlabel="milliseconds for the gradients of eight layers")
told = ", ".join(f"{name} {milliseconds:.1f} ms" for name, milliseconds in times.items())
plotting.describe(fig, f"How long the gradients take: {told}.")

# %% [markdown] lang="en"
# By the count of products the price is $3/2$.
# A measured ratio may be larger: forward also applies ReLU and makes new arrays, and other programs disturb short times.
#
# The cache trades memory for time.
# Very deep networks sometimes trade back: they keep every tenth layer, and recompute the rest ("checkpointing").

# %% [markdown] lang="en"
# ## Part 6: Networks that learn

# %% [markdown] lang="en"
# ### Exercise 4.16 - XOR, learned (3 points)
#
# **Why.** No single neuron can compute XOR, and in Unit 01 two hidden units could, with weights found by hand.
# Can backpropagation find such weights?
#
# From here on, your **layers** train in the library's trainer.
# `Network(layers, loss)` puts layers in a row and a loss on top.
# `training.fit` shuffles, makes batches, calls your `forward` and `backward`, and steps.

# %% locked="stack"
from chainrule.nn import training
from chainrule.nn.network import Network
from chainrule.nn.optimizers import Momentum


def stack(sizes, activation, rng, gain=1.0):
    """A network of your layers: Affine, activation, Affine, ..., and your loss on top."""
    layers = []
    for d, m in zip(sizes, sizes[1:]):
        W = xp.asarray(gain / d**0.5 * rng.standard_normal((d, m)))
        layers += [Affine(W, xp.zeros(m)), activation()]
    return Network(layers[:-1], SoftmaxCrossEntropy())


# %% locked="learns-xor"
xor_x = xp.asarray([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
xor_y = xp.asarray([0, 1, 1, 0])


def learns_xor(hidden, seed):
    """Train a network with so many hidden tanh units; give it, and whether it gets all rows right."""
    rng = np.random.default_rng(10_000 + seed)
    network = stack([2, hidden, 2], Tanh, rng)
    options = {"optimizer": Momentum(0.5), "epochs": 300, "batch_size": 4, "rng": rng, "progress": False}
    training.fit(network, xor_x, xor_y, **options)
    return network, bool((network.predict(xor_x) == xor_y).all())


# %% [markdown] lang="en"
# **Predict.** Twenty networks with **two** hidden units start from different random weights.
# How many of them will learn XOR?
# Choose `"none"`, `"about half"` or `"all"`.

# %% answer="xor_guess"
### BEGIN SOLUTION
xor_guess = "about half"
### END SOLUTION

# %% check="xor_guess"
chainrule.check("xor_guess", xor_guess)

# %% [markdown] lang="en"
# **Measure.** Count the successes over the seeds 0 to 19, with 2 hidden units.
# `learns_xor(2, seed)[1]` says whether a network succeeded.
# Store the number in `xor_two`.

# %% answer="xor_two"
### BEGIN SOLUTION
xor_two = sum(learns_xor(2, seed)[1] for seed in tqdm(range(20)))
### END SOLUTION

# %% check="xor_two"
chainrule.check("xor_two", xor_two)

# %% [markdown] lang="en"
# Now the same with **four** hidden units: store the number in `xor_four`.

# %% answer="xor_four"
### BEGIN SOLUTION
xor_four = sum(learns_xor(4, seed)[1] for seed in tqdm(range(20)))
### END SOLUTION

# %% check="xor_four"
chainrule.check("xor_four", xor_four)

# %% tags=["demo"]
side = np.linspace(-0.5, 1.5, 60)
points = xp.asarray(np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2))
fig, axes = plt.subplots(1, 4, figsize=(9.5, 2.6))
for ax, (hidden, seed) in zip(axes, ((2, 0), (2, 1), (2, 2), (4, 0))):
    network, learned = learns_xor(hidden, seed)
    scores = chainrule.to_host(network.infer(points))
    shown = (scores[:, 1] - scores[:, 0]).reshape(60, 60)
    ax.contourf(side, side, shown, levels=[-1e9, 0, 1e9], colors=["#F0C987", "#0072B2"], alpha=0.6)
    ax.plot([0, 1], [0, 1], "ko", [0, 1], [1, 0], "w^", markeredgecolor="black")
    ax.set(xticks=[0, 1], yticks=[0, 1])
    ax.set_title(f"{hidden} units, seed {seed}: {'learned' if learned else 'stuck'}", fontsize=10)
plotting.describe(fig, "Regions of four networks: where one is stuck, a corner is on the wrong side.")

# %% [markdown] lang="en"
# Circles have the label 0, triangles the label 1; the light region is what the network calls 0.
#
# Two units are enough to **compute** XOR, but often not enough to **find** it.
# A run that is stuck is no bug in your code.
# With more units there are more ways to a solution, and nearly every start finds one.

# %% [markdown] lang="en"
# ### Exercise 4.17 - Your layers in the library's trainer (1 point)
#
# **Why.** A trainer that knows only `forward`, `backward`, `params` and `grads` trains any layer, yours too, on NumPy and on CuPy.
#
# **Measure.**
#
# 1. Make a network with `stack([64, 32, 10], ReLU, rng, gain=2**0.5)`.
# 2. Train it with `training.fit(network, x_train, y_train, optimizer=Momentum(0.05), epochs=15, rng=rng, validation=(x_val, y_val))`, and keep what it returns as `history`.
# 3. Store the last entry of `history.validation_accuracies` in `digits_accuracy`.

# %% answer="digits_accuracy"
rng = np.random.default_rng(418)
### BEGIN SOLUTION
network = stack([64, 32, 10], ReLU, rng, gain=2**0.5)
options = {"optimizer": Momentum(0.05), "epochs": 15, "rng": rng, "validation": (x_val, y_val)}
history = training.fit(network, x_train, y_train, **options)
digits_accuracy = history.validation_accuracies[-1]
### END SOLUTION

# %% check="digits_accuracy"
chainrule.check("digits_accuracy", digits_accuracy)

# %% tags=["demo"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
epochs = np.arange(1, history.epochs + 1)
losses = {"training": np.array(history.epoch_losses), "validation": np.array(history.validation_losses)}
plotting.curves(epochs, losses, left).set(xlabel="epoch", ylabel="loss")
right.plot(epochs, history.validation_accuracies, marker="o")
right.set(xlabel="epoch", ylabel="validation accuracy")
plotting.describe(fig, "Both losses fall within 15 epochs; the validation accuracy levels off.")

# %% [markdown] lang="en"
# ### Exercise 4.18 - Shallow or deep? (6 points)
#
# **Why.** How many hidden layers should a network have?
# Nobody can tell from the training loss.
# So we choose on the **validation** images, and look at the test images once, with the chosen network.
#
# The cell below trains networks with 0, 1, 2, 4 and 10 hidden layers of 24 units each, with the same recipe.
#
# **Predict.** Which number of hidden layers will have the smallest loss on the validation images?
# Choose `"0"`, `"1 to 4"` or `"10"`.

# %% answer="depth_guess"
### BEGIN SOLUTION
depth_guess = "1 to 4"
### END SOLUTION

# %% check="depth_guess"
chainrule.check("depth_guess", depth_guess)

# %% locked="depths" tags=["raises-exception"]
trained = {}
for depth in tqdm([0, 1, 2, 4, 10]):
    rng = np.random.default_rng(419)
    network = stack([64, *[24] * depth, 10], ReLU, rng, gain=2**0.5)
    options = {"optimizer": Momentum(0.03), "epochs": 15, "rng": rng, "validation": (x_val, y_val)}
    run = training.fit(network, x_train, y_train, progress=False, **options)
    trained[depth] = (network, run)

# %% [markdown] lang="en"
# **Measure.** `trained[depth]` holds the network and its record.
# The record's `validation_losses[-1]` is the loss on the validation images after the last epoch.
# Store the depth with the smallest one in `chosen_depth`.

# %% answer="chosen_depth"
### BEGIN SOLUTION
chosen_depth = min(trained, key=lambda depth: trained[depth][1].validation_losses[-1])
### END SOLUTION

# %% check="chosen_depth"
chainrule.check("chosen_depth", chosen_depth)

# %% [markdown] lang="en"
# Now open the test images, for the chosen network only.
# `network.predict(x)` gives labels.
# Store the share of right ones in `accuracy_on_test`.

# %% answer="accuracy_on_test"
### BEGIN SOLUTION
chosen = trained[chosen_depth][0]
accuracy_on_test = float((chosen.predict(x_test) == y_test).mean())
### END SOLUTION

# %% check="accuracy_on_test"
chainrule.check("accuracy_on_test", accuracy_on_test)

# %% tags=["demo"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
for depth, (_, run) in trained.items():
    color = plt.cm.viridis(depth / 11)
    left.plot(np.arange(1, 16), run.epoch_losses, label=f"{depth} hidden", color=color)
left.set(xlabel="epoch", ylabel="training loss", yscale="log")
left.legend(fontsize=8)
places = np.arange(len(trained))
for shift, part in ((-0.2, "training"), (0.2, "validation")):
    runs = [run.epoch_losses if part == "training" else run.validation_losses for _, run in trained.values()]
    color = "#0072B2" if part == "training" else "#D55E00"
    right.bar(places + shift, [losses[-1] for losses in runs], width=0.38, label=part, color=color)
right.set(xticks=places, xticklabels=list(trained), xlabel="hidden layers", ylabel="loss, last epoch")
right.legend(fontsize=8)
plotting.describe(fig, "The losses are smallest for one to four hidden layers, larger for 0 and 10.")

# %% [markdown] lang="en"
# **In your own words (3 points).**
# Look at the two figures.
# Why is the network with 0 hidden layers worse than the best one, and why is the one with 10?
# Is it the same reason?
# And why was the depth not chosen on the test images?
# Three to five sentences.

# %% [markdown] text="depth_reasons" points=3
# With 0 hidden layers the network is linear in the pixels: it cannot represent the bends that some digits need, so even its training loss stays high.
# With 10 narrow layers the training loss is high as well, but for another reason: the network could represent more, yet gradients pass through many layers and 15 epochs of this recipe do not train it well (better initialization, more epochs or another rate would help).
# A choice made on the test images would fit them by luck, so their accuracy would no longer tell how well new images are read.
#
# **Rubric**
#
# - 1 point: 0 hidden layers: limited in what it can represent (linear).
# - 1 point: 10 hidden layers: a problem of training (its training loss is high too), not of overfitting. "It overfits" earns no point, since its training loss is higher than that of the others.
# - 1 point: choosing on the test set makes its accuracy too good to be believed; it must stay unseen until the end.

# %% [markdown] lang="en"
# ### Exercise 4.19 - What a unit responds to (1 point)
#
# **Why.** Nobody told the hidden units what to look for.
# To find out what one of them responds to, sort the images by its output, and look at the first ones.
#
# `outputs_of(network, x)` gives the outputs of the ReLU layers of a network, and the logits.
# The cell after it trains a network with three hidden layers of 32 units.

# %% locked="outputs-of"
new_x, new_y = xp.concatenate([x_val, x_test]), xp.concatenate([y_val, y_test])


def outputs_of(network, x):
    """Outputs of the ReLU layers, first to last, and the logits."""
    found = []
    for number, layer in enumerate(network.layers):
        x = layer.forward(x)
        if number % 2 or number == len(network.layers) - 1:
            found.append(x)
    return found


# %% locked="observed" tags=["raises-exception"]
rng = np.random.default_rng(420)
observed = stack([64, 32, 32, 32, 10], ReLU, rng, gain=2**0.5)
options = {"optimizer": Momentum(0.05), "epochs": 20, "rng": rng}
training.fit(observed, x_train, y_train, progress=False, **options)

# %% tags=["demo"]
outputs = outputs_of(observed, new_x)
fig, axes = plt.subplots(2, 2, figsize=(9, 7))
for ax, (name, a) in zip(axes.flat, zip(("layer 1", "layer 2", "layer 3", "logits"), outputs)):
    a = chainrule.to_host(a)
    loudest = np.argsort(-a.mean(axis=0))[:6]
    images = {f"unit {unit}": chainrule.to_host(new_x)[np.argsort(-a[:, unit])[:8]] for unit in loudest}
    plotting.image_rows(images, ax)
    ax.set_title(name)
plotting.describe(fig, "Images that excite units most: mixed digits in layer 1, one digit per logit.")

# %% [markdown] lang="en"
# Each row shows the eight images that excite one unit most.
# In the first layer, many rows hold different digits that share a **stroke** at some place.
# Higher up a row combines strokes to larger **parts**, and a logit responds to a whole **digit**.
#
# **Measure.** The **purity** of a unit is the share of the most frequent digit among its 20 top images.
# `purity(a)` gives the mean purity of all units with the outputs `a`, shape `(N, M)`.
# Store the purity of the logits minus the purity of the first ReLU layer, on `new_x`, in `purity_gain`.

# %% locked="purity"
def purity(a, count=20):
    """Mean share of the most frequent label among the top images of each unit that is not silent."""
    a, labels, shares = chainrule.to_host(a), chainrule.to_host(new_y), []
    for unit in a.T:
        top = np.argsort(-unit)[:count]
        if unit[top[-1]] != unit.min():
            shares.append(np.bincount(labels[top]).max() / count)
    return float(np.mean(shares))


# %% answer="purity_gain"
### BEGIN SOLUTION
layer_outputs = outputs_of(observed, new_x)
purity_gain = purity(layer_outputs[-1]) - purity(layer_outputs[0])
### END SOLUTION

# %% check="purity_gain"
chainrule.check("purity_gain", purity_gain)

# %% tags=["demo"]
fig, ax = plt.subplots(figsize=(6.4, 2.6))
names = ("hidden layer 1", "hidden layer 2", "hidden layer 3", "logits")
plotting.bars({name: purity(a) for name, a in zip(names, outputs)}, ax)
ax.axvline(0.21, color="#888888", linewidth=1)
ax.set(xlabel="purity of the 20 top images (line: random images)", xlim=(0, 1.1))
plotting.describe(fig, "Purity is lowest in the lower hidden layers, and about 1 for the logits.")

# %% [markdown] lang="en"
# Between two neighboring layers the difference is small, and in a single run it may even turn round.
# From the bottom to the top it is clear.
#
# No single step of the training asked for strokes or parts.
# They appear because they help the layer above, and the gradient says so.

# %% [markdown] lang="en"
# ## Summary
#
# | part | forward | backward |
# |---|---|---|
# | add | $x + y$ | copies upstream |
# | multiply | $x y$ | swaps: upstream times the other input |
# | maximum | larger input | routes to the larger input |
# | reciprocal | $1/x$ | upstream times $-1/x^2$ |
# | affine | $xW + b$ | $x^T \text{up}$, sum of rows, $\text{up}\, W^T$ |
# | activation | entry by entry | upstream times slope |
# | softmax and loss | $-\ln p$ of the right label | $(p - \text{onehot}(y)) / N$ |
#
# - Where a value is used twice, its gradients **add**.
# - Go through a graph in reverse topological order: each gate once, however many paths there are.
# - Backward multiplies upstream by a Jacobian; it never builds the Jacobian.
# - The gradient of a thing has the shape of the thing.
# - Keep what backward needs: memory buys time.
# - Check gradients once, in float64, against central differences.
# - Choose on validation images; open the test images once.
#
# **Papers**
#
# - Rumelhart, Hinton, Williams: [Learning representations by back-propagating errors](https://www.nature.com/articles/323533a0) (1986)
# - Griewank, Walther: [Evaluating derivatives](https://epubs.siam.org/doi/book/10.1137/1.9780898717761) (2008)
# - Baydin et al.: [Automatic differentiation in machine learning: a survey](https://arxiv.org/abs/1502.05767) (2018)
# - Sutskever, Martens, Dahl, Hinton: [On the importance of initialization and momentum in deep learning](https://proceedings.mlr.press/v28/sutskever13.html) (2013)
# - Bottou: [Large-scale machine learning with stochastic gradient descent](https://leon.bottou.org/papers/bottou-2010) (2010)
# - Chen, Xu, Zhang, Guestrin: [Training deep nets with sublinear memory cost](https://arxiv.org/abs/1604.06174) (2016)
# - Zeiler, Fergus: [Visualizing and understanding convolutional networks](https://arxiv.org/abs/1311.2901) (2014)

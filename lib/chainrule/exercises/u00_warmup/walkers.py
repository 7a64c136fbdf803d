"""Walks along a slope in other words, right and wrong.

What you can do with this file:

- walk right, uphill or downhill by the sign: `walked`, `filled_in`, `called_again`;
- walk wrongly: `stops_early`, `one_after_the_other`;
- list what else goes wrong in both directions: `wrong_walks`.
"""

from __future__ import annotations

import numpy as np

__all__ = ["called_again", "filled_in", "one_after_the_other", "stops_early", "walked", "wrong_walks"]


def walked(sign):
    """A walk as a student writes it, with a list of positions."""

    def walk(slope, start, lr, steps):
        position, path = start, [start]
        for _ in range(steps):
            position = position + sign * lr * slope(position)
            path.append(position)
        return position, path

    return walk


def filled_in(sign):
    """The same into an array that is made first."""

    def walk(slope, start, lr, steps):
        path = np.zeros((steps + 1, *np.shape(start)))
        path[0] = start
        for i in range(steps):
            path[i + 1] = path[i] + sign * lr * slope(path[i])
        return path[-1].copy(), path

    return walk


def called_again(sign):
    """The same by calling itself for one step less."""

    def walk(slope, start, lr, steps):
        here = np.asarray(start, dtype=float)
        if steps == 0:
            return here, [here]
        end, rest = walk(slope, here + sign * lr * slope(here), lr, steps - 1)
        return end, [here, *rest]

    return walk


def in_place(sign):
    def walk(slope, start, lr, steps):
        position, path = np.array(start, dtype=float), []
        path.append(position)
        for _ in range(steps):
            position += sign * lr * slope(position)
            path.append(position)
        return position, path

    return walk


def over_the_start(sign):
    def walk(slope, start, lr, steps):
        path = [start]
        for _ in range(steps):
            start += sign * lr * slope(start)
            path.append(start)
        return start, path

    return walk


def always_the_first_slope(sign):
    def walk(slope, start, lr, steps):
        direction = slope(start)
        path = [start + sign * lr * i * direction for i in range(steps + 1)]
        return path[-1], path

    return walk


def without_start(sign):
    def walk(slope, start, lr, steps):
        position, path = start, []
        for _ in range(steps):
            position = position + sign * lr * slope(position)
            path.append(position)
        return position, path

    return walk


def without_end(sign):
    def walk(slope, start, lr, steps):
        position, path = start, []
        for _ in range(steps):
            path.append(position)
            position = position + sign * lr * slope(position)
        return position, path

    return walk


def slopes_kept(sign):
    def walk(slope, start, lr, steps):
        position, path = start, [start]
        for _ in range(steps):
            direction = slope(position)
            position = position + sign * lr * direction
            path.append(direction)
        return position, path

    return walk


def stops_early(sign, small):
    """Ends as soon as a step is too small to matter, so the path is short."""

    def walk(slope, start, lr, steps):
        position, path = start, [start]
        for _ in range(steps):
            step = lr * slope(position)
            if np.abs(step).max() <= small:
                break
            position = position + sign * step
            path.append(position)
        return position, path

    return walk


def one_after_the_other(slope, start, lr, steps):
    """Each weight moves on the slope where those before it have moved already."""
    position = np.array(start, dtype=float)
    path = [position.copy()]
    for _ in range(steps):
        for index in np.ndindex(position.shape):
            position[index] -= lr * np.asarray(slope(position.copy()))[index]
        path.append(position.copy())
    return position, path


def wrong_walks(sign, wrong_way, word, slope):
    return {
        "wrong_direction": (walked(-sign), wrong_way),
        "same_array_in_every_entry": (
            in_place(sign),
            (
                f"All entries of path are one and the same array: {word}= changes it in place. "
                f"Write position = position {word} ... to make a new one."
            ),
        ),
        "overwrites_the_start": (
            over_the_start(sign),
            (
                f"{word}= changes the array that was passed in, and with it every entry of the path; "
                f"position = position {word} ... makes a new one."
            ),
        ),
        "slope_of_the_start_only": (
            always_the_first_slope(sign),
            f"The slope is taken once, at the start; call {slope} again at every new position.",
        ),
        "path_without_the_start": (
            without_start(sign),
            "The path lacks the start: it holds steps + 1 positions.",
        ),
        "path_without_the_end": (
            without_end(sign),
            "The path lacks the last position: keep the new one, after the step.",
        ),
        "one_step_too_many": (
            lambda f, start, lr, steps: walked(sign)(f, start, lr, steps + 1),
            "There is one step too many: range(steps) gives exactly that many.",
        ),
        "rate_ignored": (
            lambda f, start, lr, steps: walked(sign)(f, start, 1.0, steps),
            f"The rate is missing: a step is lr times {slope}.",
        ),
        "position_multiplied": (
            lambda f, start, lr, steps: walked(sign)(lambda at: at * f(at), start, lr, steps),
            "The slope is multiplied by the position; a step is lr times the slope alone.",
        ),
        "slopes_in_the_path": (
            slopes_kept(sign),
            "The path holds slopes; it should hold the positions.",
        ),
        "results_swapped": (
            lambda f, start, lr, steps: walked(sign)(f, start, lr, steps)[::-1],
            "The results are in the wrong order: the last position first, then the path.",
        ),
        "path_alone": (
            lambda f, start, lr, steps: np.stack(walked(sign)(f, start, lr, steps)[1]),
            "Two results are asked for: return the last position and the path.",
        ),
    }

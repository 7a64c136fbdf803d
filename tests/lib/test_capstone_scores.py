"""What a capstone scores: a trained network earns all points, and no way around training earns more than the file."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest

from chainrule.capstone import BUDGETS, CapstoneError, read_capstone
from chainrule.exercises.u07_capstone.handed_in import CAPSTONE
from chainrule.exercises.u07_capstone.networks import centroid_network, row_look_up, trained_network, widened_network
from chainrule.exercises.u07_capstone.variations import trials

SEEDS = 4  # a hundred were tried when the levels were chosen


def scores(predict, pixels="64"):
    """The accuracies of a classifier on the hidden images of several secrets."""
    found = []
    for seed in range(SEEDS):
        x, y = trials(np.random.default_rng(seed), True)[pixels]
        found.append(float((predict(x / 255.0) == y).mean()))
    return np.array(found)


def nearest(known, labels):
    """The label of the most similar known image."""
    return lambda x: labels[((known**2).sum(axis=1) - 2 * x @ known.T).argmin(axis=1)]


class TestThresholds:
    """Within reach of a trained network, and out of reach of everything that looks up."""

    def test_a_trained_network_earns_all_points(self):
        top = CAPSTONE.levels[-1].accuracy

        assert scores(read_capstone(trained_network()).predict).min() >= top + 0.01

    @pytest.mark.parametrize(
        "data", [centroid_network(), row_look_up(66)], ids=["nearest mean image", "look-up of rows within the budget"]
    )
    def test_what_needs_no_training_earns_the_file_alone(self, data):
        assert scores(read_capstone(data).predict).max() < CAPSTONE.levels[1].accuracy - 0.05

    def test_a_look_up_of_all_rows_is_over_the_budget(self):
        with pytest.raises(CapstoneError, match="at most 5,000 parameters for images of 64 pixels, found 82,285"):
            read_capstone(row_look_up(1_097))

    def test_nearest_neighbors_would_earn_the_file_alone_even_without_a_budget(self):
        """With all public rows, the held-out ones among them."""
        from sklearn.datasets import load_digits

        bunch = load_digits()

        assert scores(nearest(bunch.data / 16.0, bunch.target)).max() < CAPSTONE.levels[1].accuracy - 0.03

    def test_nearest_neighbors_among_all_digits_of_the_mnist_sample_earn_the_file_alone(self):
        """Among the hidden ones too, before they are varied."""
        x, y = mnist_sample()

        assert scores(nearest(x, y), "784").max() < CAPSTONE.levels[1].accuracy - 0.05

    def test_a_look_up_of_mnist_rows_earns_the_file_alone_and_is_soon_over_the_budget(self):
        x, y = mnist_sample()
        rows = (BUDGETS[784] - 10) // 795

        assert scores(read_capstone(row_look_up(rows, {"x": x, "y": y})).predict, "784").max() < 0.3
        with pytest.raises(CapstoneError, match="at most 40,000 parameters for images of 784 pixels"):
            read_capstone(row_look_up(rows + 1, {"x": x, "y": y}))

    def test_a_network_as_good_as_the_trained_one_and_over_the_budget_is_refused(self):
        data = widened_network(6)
        same = scores(read_capstone(data).predict)

        np.testing.assert_array_equal(same, scores(read_capstone(trained_network()).predict))
        with pytest.raises(CapstoneError, match=r"found 5,035"):
            read_capstone(widened_network(7))


def mnist_sample():
    """The images and labels that the package holds."""
    file = resources.files("chainrule.exercises.u07_capstone").joinpath("mnist_sample.npz")
    with file.open("rb") as opened, np.load(opened) as sample:
        return sample["pixels"] / 255.0, sample["labels"].astype(int)


def test_the_note_beside_the_mnist_images_names_their_makers_and_license():
    note = resources.files("chainrule.exercises.u07_capstone").joinpath("MNIST_SAMPLE.md").read_text(encoding="utf-8")

    assert (600, 784) == mnist_sample()[0].shape
    assert all(word in note for word in ("600 images", "LeCun", "Cortes", "Burges", "Attribution-ShareAlike 3.0"))


class TestTrials:
    """The images that a capstone is tried on."""

    @pytest.mark.parametrize(
        ("hidden", "counts"), [(True, {"64": 2000, "784": 2000}), (False, {"64": 300, "784": 200})]
    )
    def test_every_size_has_images_with_labels(self, hidden, counts):
        found = trials(np.random.default_rng(0), hidden)

        assert counts == {name: len(y) for name, (x, y) in found.items()}
        assert all(x.shape == (len(y), int(name)) and x.dtype == np.uint8 for name, (x, y) in found.items())

    def test_each_student_gets_other_images(self):
        one, two = (trials(np.random.default_rng(seed), True)["64"][0] for seed in (1, 2))

        assert (one != two).mean() > 0.3

    def test_the_public_mnist_digits_are_not_the_hidden_ones(self, monkeypatch):
        from chainrule.exercises.u07_capstone import variations

        monkeypatch.setattr(variations, "varied", lambda images, size, rng: images)
        hidden, public = (trials(np.random.default_rng(0), it)["784"][0] for it in (True, False))

        assert {row.tobytes() for row in public} & {row.tobytes() for row in hidden} == set()

"""The capstone: its file, its rules, its forward pass, and that look-ups earn nothing extra."""

from __future__ import annotations

import io
import itertools
import zipfile

import numpy as np
import pytest

from chainrule import activations
from chainrule.capstone import (
    ACTIVATIONS,
    BUDGETS,
    CapstoneError,
    capstone_digits,
    hand_in,
    load_capstone,
    read_capstone,
    save_capstone,
    turn_images,
)
from chainrule.exercises.u07_capstone.handed_in import CAPSTONE, centroid_network, row_look_up, trained_network
from chainrule.exercises.u07_capstone.variations import trials, varied

SEEDS = 4  # a hundred were tried when the levels were chosen


def network(sizes=(64, 5, 10), activations=("relu",), dtype=float, seed=0):
    """The data of a capstone with random numbers."""
    rng = np.random.default_rng(seed)
    packed = {"sizes": list(sizes), "activations": list(activations)}
    for i, (D, M) in enumerate(itertools.pairwise(sizes), start=1):
        packed[f"W{i}"], packed[f"b{i}"] = rng.standard_normal((D, M)).astype(dtype), rng.standard_normal(M)
    return packed


def changed(**entries):
    return {**network(), **entries}


def less(name):
    return {key: value for key, value in network().items() if key != name}


class TestForward:
    """What a capstone computes."""

    @pytest.mark.parametrize("name", ACTIVATIONS)
    def test_logits_are_those_of_loops(self, name):
        data = network(activations=[name])
        x = np.random.default_rng(1).uniform(0, 1, (3, 64))
        f = {"leaky_relu": lambda z: activations.leaky_relu(z, 0.01)}.get(name) or getattr(activations, name)
        rows = []
        for row in x:
            hidden = np.array([f(np.array([row @ data["W1"][:, j] + data["b1"][j]]))[0] for j in range(5)])
            rows.append([hidden @ data["W2"][:, j] + data["b2"][j] for j in range(10)])

        np.testing.assert_allclose(rows, read_capstone(data).logits(x), rtol=1e-12)

    def test_parameters_are_counted_in_the_arrays(self):
        assert 64 * 5 + 5 + 5 * 10 + 10 == read_capstone(network()).parameters

    def test_numbers_that_become_nan_are_never_the_largest(self):
        data = network(sizes=(64, 10), activations=())
        data["W1"][:, 0], data["W1"][::2, 0] = 1e308, -1e308
        predicted = read_capstone(data).predict(np.full((2, 64), 1e3))

        assert 0 not in predicted


REFUSED = {
    "no dictionary": ([1], "a dictionary"),
    "nothing": ({}, "'sizes', found nothing"),
    "a problem": ({"problem": "There is no file."}, "There is no file"),
    "no activations": (less("activations"), "an entry 'activations', found W1, W2, b1, b2, sizes"),
    "no bias": (less("b2"), "an entry 'b2'"),
    "transposed": (changed(W1=np.zeros((5, 64))), "shape \\(64, 5\\) for 'W1'"),
    "integers": (changed(b1=np.zeros(5, dtype=int)), "floats in 'b1', found dtype int64"),
    "a list of numbers": (changed(b1=[0.0] * 5), "floats in 'b1', found list"),
    "nan": (changed(b1=np.full(5, np.nan)), "finite numbers in 'b1'"),
    "inf": (changed(b2=np.full(10, np.inf)), "finite numbers in 'b2'"),
    "other inputs": (changed(sizes=[63, 5, 10]), "begin with 64 or 784 and end with 10, found \\[63, 5, 10\\]"),
    "nine classes": (changed(sizes=[64, 5, 9]), "end with 10"),
    "one size": (changed(sizes=[64]), "2 to 9 positive"),
    "a size of 0": (changed(sizes=[64, 0, 10]), "positive 'sizes'"),
    "half a size": (changed(sizes=[64, 2.5, 10]), "whole numbers"),
    "sizes that are no list": (changed(sizes=3), "a list in 'sizes'"),
    "an unknown activation": (changed(activations=["softmax"]), "among elu, leaky_relu"),
    "no text": (changed(activations=[3]), "among elu"),
    "two activations": (changed(activations=["relu", "relu"]), "1 activations, one for each hidden layer, found 2"),
    "over budget": (network(sizes=(64, 67, 10)), "at most 5,000 parameters for images of 64 pixels, found 5,035"),
    "over the other budget": (network(sizes=(784, 51, 10)), "at most 40,000"),
    "very deep": (network(sizes=[64] + [2] * 9 + [10], activations=["relu"] * 9), "2 to 9 positive"),
}


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_data_against_a_rule_is_refused_in_one_sentence(data, words):
    with pytest.raises(CapstoneError, match=words):
        read_capstone(data)


@pytest.mark.parametrize("pixels", BUDGETS)
def test_the_budget_may_be_spent_to_the_last_parameter(pixels):
    """5,000 = 65 + ... cannot be met exactly with these sizes, so the widest network that fits is tried."""
    width = (BUDGETS[pixels] - 10) // (pixels + 11)

    assert read_capstone(network(sizes=(pixels, width, 10))).parameters <= BUDGETS[pixels]
    with pytest.raises(CapstoneError, match="at most"):
        read_capstone(network(sizes=(pixels, width + 1, 10)))


class TestFile:
    """Reading runs nothing and believes nothing."""

    @pytest.mark.parametrize("sizes", [(64, 10), (64, 5, 10), (64, 5, 4, 10)])
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_what_is_saved_comes_back(self, tmp_path, sizes, dtype):
        data = network(sizes, ["tanh"] * (len(sizes) - 2), dtype)
        save_capstone(tmp_path / "capstone.npz", data)
        found = hand_in(tmp_path / "capstone.npz")

        assert (data["sizes"], data["activations"]) == (found["sizes"], found["activations"])
        assert all(np.array_equal(data[name], found[name]) for name in data)
        assert {type(value) for value in found.values()} == {list, np.ndarray}

    def test_a_network_against_a_rule_is_not_saved(self, tmp_path):
        with pytest.raises(CapstoneError, match="at most 5,000"):
            save_capstone(tmp_path / "capstone.npz", network(sizes=(64, 100, 10)))

        assert [] == list(tmp_path.iterdir())

    def test_another_ending_is_refused(self, tmp_path):
        with pytest.raises(CapstoneError, match=r"ends with \.npz, found 'capstone\.npy'"):
            save_capstone(tmp_path / "capstone.npy", network())

    @pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut"], ids=["empty", "text", "cut"])
    def test_a_damaged_file_is_told(self, tmp_path, content):
        (tmp_path / "capstone.npz").write_bytes(content)

        assert hand_in(tmp_path / "capstone.npz")["problem"].startswith("Expected plain arrays")

    def test_a_pickle_is_not_run(self, tmp_path):
        np.savez(tmp_path / "capstone.npz", W1=np.array([print, {}], dtype=object))

        assert "pickle" in hand_in(tmp_path / "capstone.npz")["problem"]

    def test_a_large_archive_is_refused_before_it_is_read(self, tmp_path):
        np.savez_compressed(tmp_path / "capstone.npz", W1=np.zeros(300_000))

        assert (tmp_path / "capstone.npz").stat().st_size < 10_000
        assert "at most 2,000,000 bytes" in hand_in(tmp_path / "capstone.npz")["problem"]

    def test_many_entries_are_refused(self, tmp_path):
        np.savez(tmp_path / "capstone.npz", **{f"a{i}": np.zeros(1) for i in range(65)})

        assert "in 64 arrays" in hand_in(tmp_path / "capstone.npz")["problem"]

    def test_a_header_that_promises_too_much_is_told(self, tmp_path):
        stream = io.BytesIO()
        np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)})
        with zipfile.ZipFile(tmp_path / "capstone.npz", "w") as archive:
            archive.writestr("W1.npy", stream.getvalue())

        assert hand_in(tmp_path / "capstone.npz")["problem"].startswith("Expected plain arrays")

    def test_a_missing_file_is_told(self, tmp_path):
        with pytest.raises(CapstoneError, match=r"There is no file capstone\.npz here"):
            load_capstone(tmp_path / "capstone.npz")


class TestDigits:
    """The held-out digits are in no part that students get."""

    def test_no_held_out_digit_is_given_out(self):
        digits = capstone_digits()
        given = {row.tobytes() for row in np.concatenate([digits.x_train, digits.x_val]).astype(np.float32)}
        every = np.load(io.BytesIO(_all_digits()))["x"].astype(np.float32)
        held_out = [row for row in every if row.tobytes() not in given]

        assert (1097, 300) == (len(digits.y_train), len(digits.y_val))
        assert len(held_out) == 400

    def test_each_call_gives_the_same_digits(self):
        one, two = capstone_digits(), capstone_digits()

        assert np.array_equal(one.x_train, two.x_train)


def _all_digits():
    from sklearn.datasets import load_digits

    stream = io.BytesIO()
    np.savez(stream, x=load_digits().data / 16.0)
    return stream.getvalue()


class TestTurning:
    """Images turn around their centers."""

    @pytest.mark.parametrize("quarter", [0, 1, 2, 3])
    def test_quarter_turns_move_whole_pixels(self, quarter):
        images = np.random.default_rng(0).uniform(0, 1, (4, 7, 7))
        turned = turn_images(images, np.full(4, 90.0 * quarter))

        np.testing.assert_allclose(np.rot90(images, quarter, axes=(1, 2)), turned, atol=1e-12)

    def test_every_image_has_its_own_angle(self):
        images = np.random.default_rng(0).uniform(0, 1, (2, 6, 6))
        both = turn_images(images, np.array([10.0, -70.0]))

        np.testing.assert_array_equal(both[1:], turn_images(images[1:], np.array([-70.0])))

    def test_a_turn_agrees_with_the_other_code_of_the_grader(self, monkeypatch):
        """Written twice, with other formulas."""
        from chainrule.exercises.u07_capstone import variations

        monkeypatch.setattr(variations, "PIXELS", {8: 0.0})
        monkeypatch.setattr(variations, "NOISE", {8: 0.0})
        images = np.random.default_rng(0).uniform(0, 1, (5, 64))
        angles = np.random.default_rng(3).uniform(-15, 15, 5)

        np.testing.assert_allclose(
            turn_images(images.reshape(-1, 8, 8), angles).reshape(5, 64),
            varied(images, 8, np.random.default_rng(3)),
            atol=1e-12,
        )

    def test_the_dtype_is_kept_and_the_input_unchanged(self):
        images = np.ones((2, 4, 4), dtype=np.float32)
        images.flags.writeable = False

        assert turn_images(images, np.zeros(2)).dtype == np.float32
        assert turn_images(images.astype(int), np.zeros(2)).dtype == np.float64

    @pytest.mark.parametrize(("shape", "angles"), [((2, 4, 5), 2), ((2, 4, 4), 3), ((4, 4), 4)])
    def test_other_shapes_are_refused(self, shape, angles):
        with pytest.raises(ValueError, match="Expected images of shape"):
            turn_images(np.zeros(shape), np.zeros(angles))


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

    def test_nearest_neighbors_among_public_digits_of_mnist_earn_the_file_alone(self):
        x, y = (np.concatenate(it) for it in zip(*_mnist_sample(), strict=True))

        assert scores(nearest(x, y), "784")[:3].max() < CAPSTONE.levels[1].accuracy - 0.05


def _mnist_sample():
    from importlib import resources

    file = resources.files("chainrule.exercises.u07_capstone").joinpath("mnist_sample.npz")
    with file.open("rb") as opened, np.load(opened) as sample:
        return [(sample["pixels"][:200] / 255.0, sample["labels"][:200].astype(int))]


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

"""The capstone: its file, its rules, its forward pass, the digits to train on, and turned images."""

from __future__ import annotations

import io
import itertools
import zipfile

import numpy as np
import pytest

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
from chainrule.exercises.u07_capstone.variations import varied
from chainrule.nn import activations


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
    "complex numbers": (changed(b1=np.zeros(5, dtype=complex)), "floats in 'b1', found dtype complex128"),
    "longer floats out of reach": (changed(b1=np.full(5, np.longdouble(1e300) ** 2)), "finite numbers in 'b1'"),
    "texts as weights": (changed(b1=np.array(list("abcde"))), "floats in 'b1'"),
    "structured": (changed(b1=np.zeros(5, dtype=[("a", float)])), "floats in 'b1'"),
    "a size that no machine has": (changed(sizes=[64, 10**400, 10]), "whole numbers"),
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

    def test_an_entry_that_is_no_array_is_told(self, tmp_path):
        """NumPy gives its bytes, whatever they are."""
        with zipfile.ZipFile(tmp_path / "capstone.npz", "w") as archive:
            archive.writestr("W1", b"ten numbers")

        assert hand_in(tmp_path / "capstone.npz")["problem"].endswith("found none (TypeError: an entry is no array).")

    def test_an_archive_that_hides_its_size_is_told(self, tmp_path):
        """The directory says 1,000 bytes; what unpacks to more is cut there, and the array is incomplete."""
        np.savez_compressed(tmp_path / "capstone.npz", W1=np.zeros(4_000_000))
        data = (tmp_path / "capstone.npz").read_bytes()
        size = zipfile.ZipFile(io.BytesIO(data)).infolist()[0].file_size.to_bytes(4, "little")
        smaller = data.replace(size, (1000).to_bytes(4, "little"))
        (tmp_path / "capstone.npz").write_bytes(smaller)

        assert zipfile.ZipFile(io.BytesIO(smaller)).infolist()[0].file_size == 1000
        assert hand_in(tmp_path / "capstone.npz")["problem"].startswith("Expected plain arrays")

    def test_a_folder_in_the_place_of_the_file_is_told(self, tmp_path):
        (tmp_path / "capstone.npz").mkdir()

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

        monkeypatch.setattr(variations, "VARIATIONS", {64: (15.0, 0.0, 0.0)})
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

"""Training: the same numbers for the same generator, a record of everything, and an end that says why."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

from chainrule.data import load_digits
from chainrule.nn.layers import Affine, SoftmaxCrossEntropy
from chainrule.nn.multilayer import multilayer_perceptron
from chainrule.nn.network import Network
from chainrule.nn.optimizers import SGD, Momentum
from chainrule.nn.training import fit

XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])


def blobs(rng, count=90):
    """Three clouds of points, and their labels."""
    y = np.arange(count) % 3
    return rng.standard_normal((count, 2)) + 4.0 * np.eye(3)[y, :2], y


def run(rng, *, seed=0, epochs=3, **options):
    """Train a small network on clouds of points."""
    x, y = blobs(rng)
    network = multilayer_perceptron([2, 8, 3], np.random.default_rng(seed))
    options = {"optimizer": SGD(0.1), "rng": np.random.default_rng(seed), "progress": False} | options
    return network, fit(network, x, y, epochs=epochs, **options)


class TestLearning:
    """What comes out."""

    def test_digits_are_learned(self):
        """At least 95 % of the held-out ones in 15 epochs."""
        rng = np.random.default_rng(0)
        digits = load_digits(rng)
        network = multilayer_perceptron([64, 64, 10], rng)
        history = fit(
            *(network, digits.x_train, digits.y_train),
            optimizer=Momentum(0.05), epochs=15, rng=rng, validation=(digits.x_val, digits.y_val), progress=False,
        )  # fmt: skip

        assert history.validation_accuracies[-1] > 0.95
        assert history.epoch_losses[-1] < 0.1 * history.epoch_losses[0]

    def test_a_layer_of_somebody_else_is_trained(self, rng):
        """Nothing but forward, backward, params and grads."""

        class Scale:
            def __init__(self):
                self.params, self.grads = {"s": np.ones(2)}, {}

            def forward(self, x):
                self.x = x
                return x * self.params["s"]

            def backward(self, upstream):
                self.grads["s"] = (upstream * self.x).sum(axis=0)
                return upstream * self.params["s"]

        x, y = blobs(rng)
        network = Network([Scale(), Affine(rng.standard_normal((2, 3)), np.zeros(3))], SoftmaxCrossEntropy())
        history = fit(network, x, y, optimizer=SGD(0.05), epochs=20, rng=rng, progress=False)

        assert history.epoch_losses[-1] < 0.5 * history.epoch_losses[0]
        assert abs(network.layers[0].params["s"] - 1).min() > 1e-3

    def test_numbers_are_learned_too(self, rng):
        """With the squared error; accuracies stay out."""
        x = rng.uniform(-1, 1, (64, 1))
        network = multilayer_perceptron([1, 16, 1], rng, activation="tanh", loss="squared")
        history = fit(
            network, x, x**2, optimizer=Momentum(0.1), epochs=150, rng=rng, validation=(x, x**2), progress=False
        )

        assert (history.validation_losses[-1] < 0.002, history.validation_accuracies) == (True, [])

    def test_the_data_stay_as_they_are(self, rng):
        """Read-only arrays are enough."""
        x, y = blobs(rng)
        x.flags.writeable = y.flags.writeable = False
        network = multilayer_perceptron([2, 4, 3], rng, dtype="float64")

        assert fit(network, x, y, optimizer=SGD(0.1), epochs=1, rng=rng, progress=False).epochs == 1


class TestRandomness:
    """Only what the generator gives."""

    def test_the_same_seed_gives_the_same_network(self):
        """Number for number; another seed does not."""
        first, second, other = (run(np.random.default_rng(9), seed=seed)[0].parameters for seed in (1, 1, 2))

        assert (first.tolist(), True) == (second.tolist(), bool((first != other).any()))

    def test_the_global_generator_is_untouched(self, rng):
        """Nobody else's numbers change."""
        before = np.random.get_state()[1].tolist()  # noqa: NPY002 - this is the one that must not move
        run(rng)

        assert before == np.random.get_state()[1].tolist()  # noqa: NPY002 - see above

    def test_every_example_is_used_once_an_epoch(self, rng):
        """In another order each time; the last batch is smaller."""
        x, y = np.arange(10.0)[:, None], np.zeros(10, int)
        seen = []

        class Noting(Affine):
            def forward(self, x, /):
                seen.append(x.ravel().tolist())
                return super().forward(x)

        network = Network([Noting(np.zeros((1, 2)), np.zeros(2))], SoftmaxCrossEntropy())
        fit(network, x, y, optimizer=SGD(0.1), epochs=2, rng=rng, batch_size=4, progress=False)
        epochs = [sum(seen[start : start + 3], []) for start in (0, 3)]  # noqa: RUF017 - six short lists

        assert [4, 4, 2, 4, 4, 2] == [len(it) for it in seen]
        assert [*range(10)] == sorted(epochs[0]) == sorted(epochs[1])
        assert epochs[0] != epochs[1]


class TestHistory:
    """The record."""

    def test_has_a_line_for_every_step_and_epoch(self, rng):
        """With the means of the losses."""
        _, history = run(rng, validation=blobs(rng), measure_training=True, batch_size=32)

        assert [9, *[3] * 6] == [
            len(it)
            for it in (
                *(history.losses, history.epoch_losses, history.validation_losses, history.validation_accuracies),
                *(history.training_accuracies, history.rates, history.seconds),
            )
        ]
        assert np.allclose(np.reshape(history.losses, (3, 3)).mean(axis=1), history.epoch_losses)
        assert ("", False, 3) == (history.stopped, history.diverged, history.epochs)

    def test_measures_the_validation_set_after_the_epoch(self, rng):
        """The last figures are those of the network that comes back."""
        x, y = blobs(rng)
        network, history = run(rng, validation=(x, y))

        assert np.isclose(float(network.evaluate(x.astype("f4"), y)), history.validation_losses[-1])
        assert (network.predict(x) == y).mean() == history.validation_accuracies[-1]

    def test_a_schedule_sets_the_rate_of_each_epoch(self, rng):
        """And the optimizer gets its own back."""
        optimizer = SGD(0.5)
        _, history = run(rng, optimizer=optimizer, schedule=lambda epoch: 0.1 / (1 + epoch))

        assert ([0.1, 0.05, 0.1 / 3], 0.5) == (history.rates, optimizer.lr)

    def test_no_epochs_give_an_empty_record(self, rng):
        """And an untouched network."""
        assert run(rng, epochs=0)[1].losses == []


class TestEnding:
    """Before the last epoch."""

    def test_a_hook_ends_the_training(self, rng):
        """It sees the epoch, the network and the record."""
        seen = []

        def hook(epoch, network, history):
            seen.append((epoch, history.epochs, network.parameters.size))
            return epoch == 1

        _, history = run(rng, epochs=5, on_epoch=hook)

        assert [(0, 1, 51), (1, 2, 51)] == seen
        assert "after epoch 2" in history.stopped

    @pytest.mark.parametrize("progress", [True, False])
    def test_an_infinite_loss_stops_with_a_sentence(self, progress, rng, capsys):
        """That says what to try, once, and without NumPy's warnings."""
        x, y = blobs(rng, 3000)
        network = multilayer_perceptron([2, 8, 8, 3], rng)
        history = fit(network, x, y, optimizer=SGD(1e6), epochs=9, rng=rng, progress=progress)
        shown = capsys.readouterr()

        assert (True, 0) == (history.diverged, history.epochs)
        assert not np.isfinite(history.losses[-1])
        assert np.isfinite(history.losses[:-1]).all()
        assert "Try a learning rate of a tenth of 1e+06" in history.stopped
        assert progress == (history.stopped in shown.out + shown.err)

    def test_infinity_ends_it_as_nan_does(self, rng):
        """1e30 squared is too large for float32."""
        network = multilayer_perceptron([1, 1], rng, loss="squared")
        x, y = np.ones((4, 1)), np.full((4, 1), 1e30)
        history = fit(network, x, y, optimizer=SGD(0.1), epochs=5, rng=rng, progress=False)

        assert (True, [np.inf]) == (history.diverged, history.losses)

    def test_a_diverged_run_does_not_go_on_for_long(self, rng):
        """At most 50 steps of the many that an epoch has."""

        class Counted(SGD):
            steps = 0

            def update(self, parameters, gradients, /):
                self.steps += 1
                super().update(parameters, gradients)

        optimizer = Counted(1e6)
        run(rng, optimizer=optimizer, epochs=1, batch_size=1)

        assert optimizer.steps == 50

    def test_an_interrupt_keeps_the_record_and_the_network(self, rng):
        """As the stop button of a notebook does."""

        class Stop(SGD):
            steps = 0

            def update(self, parameters, gradients, /):
                self.steps += 1
                if self.steps == 5:
                    raise KeyboardInterrupt
                super().update(parameters, gradients)

        network, history = run(rng, optimizer=Stop(0.1), batch_size=45)

        assert (5, 2, False) == (len(history.losses), history.epochs, history.diverged)
        assert "Interrupted in epoch 3" in history.stopped
        assert np.isfinite(network.parameters).all()

    @pytest.mark.parametrize("how", ["last epoch", "hook", "divergence", "interrupt", "error"])
    def test_the_optimizer_has_its_own_rate_again(self, how, rng):
        """However training ends, a schedule is over."""

        def hook(*_):
            if how in ("interrupt", "error"):
                raise {"interrupt": KeyboardInterrupt, "error": ValueError}[how]
            return how == "hook"

        optimizer, rate = SGD(0.1), 1e6 if how == "divergence" else 0.05
        with contextlib.suppress(ValueError):
            _, history = run(rng, optimizer=optimizer, schedule=lambda _: rate, on_epoch=hook, batch_size=1)
            assert history.diverged == (how == "divergence")

        assert optimizer.lr == 0.1

    def test_a_bar_shows_how_far_it_is(self, rng, capsys):
        """With the figures of the last epoch."""
        run(rng, progress=True, validation=blobs(rng))
        shown = capsys.readouterr().err

        assert "3/3" in shown
        assert "validation loss" in shown

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"y": np.zeros(3, int)}, "as many labels as examples in x, found 3 for 4"),
            ({"y": np.array([0, 1, 2, 0])}, "from 0 to 1, one for each output of the network, found 0 to 2"),
            ({"y": np.array([0, -1, 1, 0])}, "found -1 to 1"),
            ({"validation": (XOR[0], XOR[1][:2])}, "in validation x, found 2 for 4"),
            ({"batch_size": 0}, "a batch_size from 1"),
            ({"epochs": -1}, "epochs from 0"),
        ],
    )
    def test_data_that_do_not_fit_are_refused(self, change, words, rng):
        """Before the first step."""
        options = {"y": XOR[1], "optimizer": SGD(0.1), "epochs": 1, "rng": rng, "progress": False} | change
        y = options.pop("y")
        with pytest.raises(ValueError, match=words):
            fit(multilayer_perceptron([2, 4, 2], rng), XOR[0], y, **options)

"""Classes that only look like torch's."""

import flax.linen as fnn
import keras
import paddle
import tensorflow as tf
from flax import linen
from haiku import Module as HaikuModule
from keras.layers import Layer
from torch import nn


class KerasLayer(keras.layers.Layer):
    def __init__(self, units):
        self.units = units


class KerasModel(tf.keras.Model):
    def __init__(self, units):
        self.units = units


class OfLayer(Layer):
    def __init__(self, units):
        self.units = units


class Flax(fnn.Module):
    width: int

    def __init__(self, units):
        self.units = units


class FlaxToo(linen.Module):
    def __init__(self, units):
        self.units = units


class Paddle(paddle.nn.Layer):
    def __init__(self, units):
        self.units = units


class Haiku(HaikuModule):
    def __init__(self, units):
        self.units = units


class Module:
    """The project's own."""

    def __init__(self):
        self.parts = []


class OfOwn(Module):
    def __init__(self, width):
        self.width = width


def module_of(nn):
    class Local(nn.Module):
        def __init__(self):
            self.width = 1

    return Local


class Torch(nn.Module):
    def __init__(self):  # TML101
        self.width = 1

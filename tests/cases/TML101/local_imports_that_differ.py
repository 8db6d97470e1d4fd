"""Two functions import different things under one name."""

from torch import nn as layers


def torch_layers():
    import torch.nn as nn

    class Local(layers.Module):
        def __init__(self):  # TML101
            self.width = 1

    return Local, nn


def imports_keras():
    from keras import layers as nn

    class Local(nn.Layer):
        def __init__(self):
            self.width = 1

    return Local


def keras_module():
    from keras import nn

    class Local(nn.Module):
        def __init__(self):
            self.width = 1

    return Local

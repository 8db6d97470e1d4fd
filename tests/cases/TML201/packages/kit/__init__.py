"""A toolkit whose modules are reached through their packages."""

import kit.layers as _layers

Gate = _layers.linear.Gate

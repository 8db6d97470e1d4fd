import net
import net.core as kernel
from net import Kernel, NormAlias
from net.blocks import Conv, Norm
from net.core import Helper, Initialised


class OfKernel(Kernel):
    def __init__(self):  # TML101
        self.width = 1


class OfKernelGood(Kernel):
    def __init__(self):
        super().__init__(1)
        self.width = 1


class OfNorm(Norm):
    def __init__(self):  # TML101
        self.width = 1


class OfAlias(NormAlias):
    def __init__(self):  # TML101
        self.width = 1


class OfDotted(net.Norm):
    def __init__(self):  # TML101
        self.width = 1


class OfModule(kernel.Core):
    def __init__(self):  # TML101
        self.width = 1


class OfDeepDotted(net.core.Core):
    def __init__(self):  # TML101
        self.width = 1


class OfConv(Conv):
    def __init__(self):
        Kernel.__init__(self, 3)
        self.depth = 1


class OfInitialised(Initialised):
    def __init__(self, width):
        self.width = width


class OfHelper(Kernel, Helper):
    def __init__(self):
        self.start()
        self.width = 1


class OfUnknownName(net.Missing):
    def __init__(self):
        self.width = 1

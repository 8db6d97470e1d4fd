from .blocks import *
from .core import Core as Kernel
from . import core

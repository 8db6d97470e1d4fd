from .conv import Conv, _Hidden
from .norm import *

__all__ = ["Conv", "Norm", "NormAlias"]

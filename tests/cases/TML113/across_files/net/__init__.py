from .blocks import Act, Block, Head as Top

from parts import Decoder, Encoder, Named


class Both(Encoder, Decoder):
    def __init__(self, width):
        Encoder.__init__(self, width)
        Decoder.__init__(self, width)  # TML103


class WithName(Encoder, Named):
    def __init__(self, width):
        Encoder.__init__(self, width)
        Named.__init__(self, "x")


class Once(Encoder, Decoder):
    def __init__(self, width):
        super().__init__(width)


class Holds(Encoder):
    def __init__(self, width):
        Encoder.__init__(self, width)
        self.inner = Decoder(width)

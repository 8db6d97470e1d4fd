class dense:
    """Not the module of that name."""

    class Dense:
        def forward(self, x):
            return x

"""Rehearsals: what a function does to modes and gradients, run for real with everything else stood in for.

A file is run as it stands, but in a world of its own: names of libraries, arguments and what comes of them are
`Opaque` values, modules are `Recorder`s, which are real `nn.Module`s with real weights, and only torch's switches of
gradients are torch's. Nothing the user imports runs, nothing is read but the project's own files. Which way a test
on an opaque value goes is a decision, and a run is repeated with the other decisions.
"""

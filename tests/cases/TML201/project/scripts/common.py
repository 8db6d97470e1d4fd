from pkg.factory import build


def load():
    return build(3).to("cuda")

# expect: inconclusive not-constructed
# needs: Landlock
import os
import tempfile

from torch import nn

OUTSIDE = os.path.join(os.path.dirname(__file__), "escaped")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        link = os.path.join(tempfile.mkdtemp(), "link")
        os.symlink(OUTSIDE, link)
        with open(link, "w") as file:
            file.write("here")
        self.layer = nn.Linear(2, 2)

# expect: refuted not-observed
import threading
import time

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()

        def talk():
            while True:
                print("still here")
                time.sleep(0.001)

        threading.Thread(target=talk).start()
        self.layer = nn.Linear(2, 2)

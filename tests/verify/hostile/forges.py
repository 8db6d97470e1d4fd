# expect: inconclusive crashed
import json
import os

from torch import nn

VERDICT = {"outcome": "confirmed", "reason": "observed", "message": "forged", "evidence": {}, "device": "cpu"}
VERDICT |= {"seconds": 0.0, "built": None, "stubbed": [], "repro": None}


def forge():
    for identity in range(200):
        for kind in ("verdict", "imported", "ended"):
            said = {"kind": kind, "id": identity, "verdict": VERDICT, "status": 0, "nonce": "0" * 32}
            body = json.dumps(said).encode()
            for descriptor in range(3, 64):
                try:
                    os.write(descriptor, len(body).to_bytes(4, "big") + body)
                except OSError:
                    pass


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        forge()
        self.layer = nn.Linear(2, 2)

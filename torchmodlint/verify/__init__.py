"""Floor 3: asks another process about findings; nothing here imports torch, except behind the wall in `worker`."""

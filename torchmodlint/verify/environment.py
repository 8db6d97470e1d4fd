"""The environment of the worker: what an interpreter needs to start, and none of the secrets that lie beside it."""

from __future__ import annotations

from collections.abc import Mapping

KEPT = frozenset(
    [
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP"),
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "LD_PRELOAD"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONUTF8", "PYTHONIOENCODING"),
        *("VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "KMP_DUPLICATE_LIB_OK", "CUDA_HOME", "CUDA_PATH"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
    ]
)
KEPT_FAMILIES = ("LC_",)
KEPT_FOR_CUDA = frozenset(("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "NVIDIA_VISIBLE_DEVICES"))

SET = {
    "PYTHONHASHSEED": "0",  # sets in the user's code have the same order in each run
    "PYTHONWARNINGS": "ignore",
    "OMP_NUM_THREADS": "1",  # pools of threads do not survive a fork
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "MPLBACKEND": "Agg",
    "WANDB_MODE": "disabled",
}
WITHOUT_CUDA = {
    "CUDA_VISIBLE_DEVICES": "",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # else torch.cuda.is_available() starts the driver, which no fork survives
}


def environment(surroundings: Mapping[str, str], *, cuda: bool) -> dict[str, str]:
    """What the worker gets of our own environment, and what is set for it."""
    kept = KEPT | KEPT_FOR_CUDA if cuda else KEPT
    found = {
        name: value
        for name, value in surroundings.items()
        if name.upper() in kept or name.upper().startswith(KEPT_FAMILIES)
    }
    return {**found, **SET, **({} if cuda else WITHOUT_CUDA)}

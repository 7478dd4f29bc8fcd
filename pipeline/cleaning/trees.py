"""Trees that LightGBM grew, asked by its C library alone.

The Python package ``lightgbm``, which ``train`` uses, brings pandas and SciPy along: half a second
of each start for nothing. The calls are those that it makes itself (``LightGBM/c_api.h``).
"""

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.errors import PipelineError

_FLOAT32, _NORMAL, _ALL = 0, 0, -1  # C_API_DTYPE_FLOAT32, C_API_PREDICT_NORMAL, all iterations
_EARLY = b"num_threads=1 pred_early_stop=true pred_early_stop_freq=20 pred_early_stop_margin=6.0"
"""Trees are asked no further once a block is past doubt: half the time, the same verdicts."""


class Trees:
    """One ensemble, as LightGBM's ``model_to_string`` wrote it; it can be asked, not trained."""

    def __init__(self, model: str) -> None:
        """Load the ensemble. Raises PipelineError when the library or the model does not load."""
        self.model = model
        self._library = library()
        self._handle = ctypes.c_void_p()
        iterations = ctypes.c_int()
        self._call(
            "LGBM_BoosterLoadModelFromString",
            ctypes.c_char_p(model.encode()),
            ctypes.byref(iterations),
            ctypes.byref(self._handle),
        )

    def predict(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the probability of each row of features."""
        rows = np.ascontiguousarray(rows, np.float32)
        found = np.empty(len(rows), np.float64)
        written = ctypes.c_int64()
        self._call(
            "LGBM_BoosterPredictForMat",
            self._handle,
            rows.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_int(_FLOAT32),
            ctypes.c_int32(rows.shape[0]),
            ctypes.c_int32(rows.shape[1]),
            ctypes.c_int(1),
            ctypes.c_int(_NORMAL),
            ctypes.c_int(0),
            ctypes.c_int(_ALL),
            ctypes.c_char_p(_EARLY),
            ctypes.byref(written),
            found.ctypes.data_as(ctypes.c_void_p),
        )
        if written.value != len(found):
            raise PipelineError(f"LightGBM: {written.value} scores for {len(found)} rows")
        return found

    def __del__(self) -> None:
        """Give the memory back."""
        if getattr(self, "_handle", None):
            self._library.LGBM_BoosterFree(self._handle)

    def _call(self, name: str, *arguments: object) -> None:
        if getattr(self._library, name)(*arguments):
            told = ctypes.string_at(self._library.LGBM_GetLastError()).decode(errors="replace")
            raise PipelineError(f"LightGBM: {told}")


@cache
def library() -> ctypes.CDLL:
    """Return LightGBM's C library. Raises PipelineError when it does not load."""
    found = find_spec("lightgbm")
    folders = (found and found.submodule_search_locations) or ["lightgbm"]
    try:
        loaded = ctypes.CDLL(str(Path(folders[0]) / "lib" / "lib_lightgbm.so"))
    except OSError as error:  # a system without the OpenMP library
        raise PipelineError(
            f"LightGBM does not load ({error}): it needs the system library libgomp "
            "(package libgomp1 on Debian and Ubuntu, libgomp on Fedora and Alpine)"
        ) from error
    loaded.LGBM_GetLastError.restype = ctypes.c_void_p
    return loaded

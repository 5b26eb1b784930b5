"""What texts are to every measure of distance."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""(texts, dimensions), every row of length 1."""

"""What pyqtgraph imports and has nothing of Qt: a worker can take it, while the window goes on."""

import cProfile  # noqa: F401
import multiprocessing.connection  # noqa: F401
import pydoc  # noqa: F401
import xml.etree.ElementTree as ET  # noqa: F401

import numpy as np  # noqa: F401

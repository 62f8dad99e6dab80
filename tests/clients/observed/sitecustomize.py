"""Notes each request of a client process and its status in the file named by HTTP_LOG.

Python imports it by its name when its folder is on PYTHONPATH, so that scripts stay unmodified.
"""

import logging
import os

if "HTTP_LOG" in os.environ:
    requests = logging.getLogger("httpx")
    requests.setLevel(logging.INFO)
    requests.propagate = False
    requests.addHandler(logging.FileHandler(os.environ["HTTP_LOG"]))

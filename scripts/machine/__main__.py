"""Set a machine up and start the map (`run`) or its tests (`test`); called by scripts/run and scripts/test.

It runs before anything is installed, so it uses Python's standard library alone and knows nothing of the
application but its command names.
"""

import os
import sys

import check
import serve
from console import SetupError, complain

if __name__ == "__main__":
    for variable in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):  # another project's, never ours
        os.environ.pop(variable, None)
    command, *arguments = sys.argv[1:]
    try:
        serve.main(arguments) if command == "run" else check.main(arguments)
    except SetupError as error:
        complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        complain("已中断，再运行一次即可继续。Interrupted; run it again to continue.")
        sys.exit(130)

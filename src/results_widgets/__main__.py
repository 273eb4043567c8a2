"""The command ``results-widgets`` as ``python -m results_widgets``, for where no script is on the path."""

import sys

from results_widgets.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

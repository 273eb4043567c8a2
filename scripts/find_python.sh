#!/bin/sh
# Prints the first Python that can run this project, or says what is missing.
# A name on the PATH is not enough: version managers leave shims of versions that are not active.

suits() {
    "$1" -c "import sys; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1
}

if [ -n "$PYTHON" ]; then
    if suits "$PYTHON"; then
        echo "$PYTHON"
        exit 0
    fi
    echo "PYTHON=$PYTHON is no Python 3.11 or newer. Name another one, or leave PYTHON out." >&2
    exit 1
fi

names="python3.13 python3.12 python3.11 python3 python python3.14"
# A distribution may split off what makes environments (python3-venv): whole ones go first.
for name in $names; do
    if suits "$name" && "$name" -c "import ensurepip, venv" >/dev/null 2>&1; then
        echo "$name"
        exit 0
    fi
done
for name in $names; do
    if suits "$name"; then
        echo "$name"
        exit 0
    fi
done

found=$(python3 --version 2>/dev/null || echo none)
echo "Python 3.11 or newer is needed; found: $found." >&2
echo "Install one (on Debian and Ubuntu: apt-get install python3 python3-venv), or name it:" >&2
echo "    make PYTHON=path/to/python3.12 demo" >&2
exit 1

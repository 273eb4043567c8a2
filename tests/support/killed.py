"""What runs in processes that are killed; it imports little, so that a hundred of them start quickly."""

from multiprocessing.connection import Connection

import results_widgets as rw


def save_often(source: str, store: str, ready: Connection) -> None:
    """Save results again and again, and say once that the first time is done."""
    results = rw.load(source, time_zone="UTC")
    results.save(store)
    ready.send(None)
    while True:
        results.save(store)

"""A session of our own beside a user's, for many small queries of rows that Spark keeps already."""

from typing import Any, Final
from uuid import uuid4

_FOR_MANY: Final = {
    # An adaptive plan runs as a job for each shuffle, which for small queries takes longer than they do.
    "spark.sql.adaptive.enabled": "false",
    # Rows of the walk lie by user: those of an entry need not be sent to be joined with it.
    "spark.sql.requireAllClusterKeysForCoPartition": "false",
}

_PARTITIONS: Final = "spark.sql.shuffle.partitions"


class SmallSession:
    """The settings of a user's session, but for how queries are planned.

    Attributes:
        session: The user's session, which stays as it is.
    """

    def __init__(self, session: Any) -> None:
        self.session = session
        self._own: Any = None

    def taking(self, kept: Any) -> Any:
        """Return materialised rows for queries in the session of our own.

        Where there can be none (a client of Spark Connect, a session that is isolated from others),
        they are returned as they are.
        """
        from pyspark.errors import PySparkException
        from pyspark.sql.classic.dataframe import DataFrame

        if not isinstance(kept, DataFrame) or kept.sparkSession is self._own:
            return kept
        try:
            return self._moved(kept)
        except PySparkException:
            return kept

    def _moved(self, kept: Any) -> Any:
        name = f"results_widgets_{uuid4().hex}"
        kept.createGlobalTempView(name)
        try:
            if self._own is None:
                self._own = self._opened(kept)
            space = self.session.conf.get("spark.sql.globalTempDatabase")
            return self._own.table(f"{space}.{name}")
        finally:
            # The rows that were looked up under the name stay.
            self.session.catalog.dropGlobalTempView(name)

    def _opened(self, kept: Any) -> Any:
        """Return a session for rows as large as these: with as many partitions as Spark gave them."""
        own, conf = self.session.newSession(), self.session.conf
        for key, value in conf.getAll.items():
            if conf.isModifiable(key):
                own.conf.set(key, value)
        for key, value in _FOR_MANY.items():
            own.conf.set(key, value)
        # The events are the most rows of any query, and Spark chose their number by their size where it may.
        cores = self.session.sparkContext.defaultParallelism
        most = max(cores, int(conf.get(_PARTITIONS)))
        own.conf.set(_PARTITIONS, min(max(cores, kept.rdd.getNumPartitions()), most))
        return own

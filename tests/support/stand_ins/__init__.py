"""Stand-ins for the warehouses that no test can reach: BigQuery, Snowflake, Redshift and Databricks SQL.

SQLFrame's own sessions run on a connection that takes each statement as the warehouse would: it has to be
one of the warehouse's dialect, and is kept. Then it is translated to DuckDB and run there, so that its
numbers can be held against the reference. What this cannot show is what a warehouse itself does.
"""

from tests.support.stand_ins.session import WAREHOUSES, Statements, on_stand_in

__all__ = ["WAREHOUSES", "Statements", "on_stand_in"]

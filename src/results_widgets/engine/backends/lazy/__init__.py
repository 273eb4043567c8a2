"""Events left on the engine that holds them: DuckDB, Spark, or whatever Narwhals supports."""

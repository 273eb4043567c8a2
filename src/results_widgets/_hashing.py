"""User ids hashed with a secret: equal for anyone with the secret, useless to anyone else."""

import hmac

import polars as pl

from results_widgets.errors import QueryError


def check_secret(secret: str, argument: str) -> str:
    """Return a secret.

    Args:
        secret: The secret.
        argument: The argument that it was passed as.

    Raises:
        QueryError: It is empty.
    """
    if not secret:
        raise QueryError(
            f"{argument}='' protects nobody; pass a secret, and keep it so that ids can be matched later"
        )
    return secret


def hashed_ids(ids: pl.Series, secret: str) -> pl.Series:
    """Return the HMAC-SHA256 of ids under a secret, as hexadecimal text; null stays null."""
    key = secret.encode()
    texts = (
        None if one is None else hmac.digest(key, str(one).encode(), "sha256").hex() for one in ids
    )
    return pl.Series(ids.name, texts, dtype=pl.String)

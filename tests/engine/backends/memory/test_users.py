"""Attributes of the log's users: one column looked up alone is the one that all are looked up with."""

from hypothesis import given, settings
from polars.testing import assert_series_equal

from results_widgets.engine.backends.memory.dataset import LOG_USERS, MemoryBackend
from tests.support.answers import FromPackage
from tests.support.profiles import examples
from tests.support.strategies import Question, questions


@settings(max_examples=examples(20))
@given(questions())
def test_one_attribute_is_as_all_have_it(asked: Question) -> None:
    data = FromPackage(asked.case, asked.query).results._session.data
    assert isinstance(data, MemoryBackend)
    names = [name for name in data.attributes if not data.table.has(name)]
    alone = {name: data.column(name).select(name).collect()[name] for name in names}
    assert not alone or data.cache.known(LOG_USERS) is None
    table = {} if asked.case.users is None else dict(asked.case.users.rows_by_key("user_id"))
    for place, (name, column) in enumerate(alone.items()):
        assert_series_equal(column, data.log_users.frame[name])
        nobody = False if name == "is_developer" else None
        told = [table.get(one, [[nobody] * len(names)])[0] for one in data.log.user_ids]
        assert column.to_list() == [row[place] or nobody for row in told]

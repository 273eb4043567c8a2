"""The collector is as it was found, whatever happened meanwhile."""

import gc

import pytest

from results_widgets._garbage import unsearched


@pytest.mark.parametrize("on", [True, False])
def test_collector_is_off_meanwhile_and_as_before_afterwards(on: bool) -> None:
    try:
        gc.enable() if on else gc.disable()
        with unsearched():
            assert not gc.isenabled()
        assert gc.isenabled() == on
        with pytest.raises(ImportError), unsearched():
            raise ImportError
        assert gc.isenabled() == on
    finally:
        gc.enable()

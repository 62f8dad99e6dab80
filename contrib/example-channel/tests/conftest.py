import pytest

pytest.register_assert_rewrite("headwater.testing.channels")  # so that failures show the values

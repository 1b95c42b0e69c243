"""What contradicts an address, and what does not."""

import pyarrow as pa
import pytest

from reli.classification.doubts import PlaceDoubts
from reli.classification.place import Locator


@pytest.fixture(scope="module")
def locator():
    return Locator(2023)


@pytest.mark.parametrize(
    "address, authority, credit_code, doubt",
    [
        ("杭州市滨江区江南大道", "杭州市滨江区市场监督管理局", "91330108MA2ABCDE01", None),
        ("杭州市滨江区江南大道", "杭州市西湖区市场监督管理局", "", "authority:330106"),
        ("杭州市滨江区江南大道", "", "91330106MA2ABCDE01", "credit_code:330106"),
        (
            "杭州市滨江区江南大道",
            "杭州市西湖区市场监督管理局",
            "91330106MA2ABCDE01",
            "authority:330106|credit_code:330106",
        ),
        # A city's office, and a zone's, tell no county.
        ("杭州市滨江区江南大道", "杭州市市场监督管理局", "91330100MA2ABCDE01", None),
        # 临平 was a part of 余杭 until 2021, and 余杭市 before 2001 was both.
        ("杭州市临平区星桥街道", "杭州市余杭区市场监督管理局", "91330110MA2ABCDE01", None),
        ("杭州市临平区星桥街道", "", "91330184MA2ABCDE01", None),
        # Where the address tells no county there is nothing to contradict.
        ("杭州市", "杭州市西湖区市场监督管理局", "91330106MA2ABCDE01", None),
        ("杭州市滨江区江南大道", None, None, None),
    ],
)
def test_what_contradicts_an_address_is_told(locator, address, authority, credit_code, doubt):
    columns = {"address": [address], "authority": [authority], "credit_code": [credit_code]}
    batch = pa.record_batch({name: pa.array(text, pa.string()) for name, text in columns.items()})
    assert PlaceDoubts(locator).told(batch, locator.locate(batch)).to_pylist() == [doubt]


def test_a_batch_of_addresses_alone_has_no_doubts(locator):
    batch = pa.record_batch({"address": ["杭州市滨江区", ""]})
    assert PlaceDoubts(locator).told(batch, locator.locate(batch)).to_pylist() == [None, None]


def test_doubts_do_not_depend_on_what_was_read_before(locator):
    """Offices recur from batch to batch: what is remembered of one is what it says alone."""
    rows = [
        ("杭州市滨江区江南大道", "杭州市西湖区市场监督管理局", "91330106MA2ABCDE01"),
        ("杭州市西湖区文三路", "杭州市西湖区市场监督管理局", "91330108MA2ABCDE01"),
        ("杭州市", "杭州市余杭区市场监督管理局", ""),
        ("杭州市临平区星桥街道", "杭州市余杭区市场监督管理局", "91330110MA2ABCDE01"),
    ]
    schema = pa.schema(dict.fromkeys(("address", "authority", "credit_code"), pa.string()))
    whole = pa.RecordBatch.from_arrays(
        [pa.array(column) for column in zip(*rows, strict=True)], schema=schema
    )
    doubts = PlaceDoubts(locator)
    told = doubts.told(whole, locator.locate(whole)).to_pylist()
    assert told == ["authority:330106|credit_code:330106", "credit_code:330108", None, None]
    for at, expected in enumerate(told):
        one = whole.slice(at, 1)
        assert doubts.told(one, locator.locate(one)).to_pylist() == [expected]
        assert PlaceDoubts(locator).told(one, locator.locate(one)).to_pylist() == [expected]

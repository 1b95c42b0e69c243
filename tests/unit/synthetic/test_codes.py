"""Check digits by the standards' own examples, and independently of how the codes are made."""

import numpy as np
import pytest

from reli.synthetic.codes import CreditCodes, _check_of_credit, _check_of_organisation
from reli.synthetic.population import invent

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def letters(text):
    return np.frombuffer(text.encode(), np.uint8).reshape(1, -1)


def test_organisation_check_of_the_standard():
    # GB 11714-1997, example: D2143569 has check digit X.
    assert bytes(_check_of_organisation(letters("D2143569"))) == b"X"


def test_credit_check_by_hand():
    # 91 350100 M000100Y4 -> 3, the example of GB 32100-2015.
    assert bytes(_check_of_credit(letters("91350100M000100Y4"))) == b"3"


@pytest.fixture(scope="module")
def country():
    return invent(3_000, 3)


def test_every_code_is_valid_and_has_a_division(country):
    from reli.reference.divisions import all_divisions

    known = {each.code for each in all_divisions()}
    codes = CreditCodes(country).of(np.arange(country.size)).to_list()
    for code in codes:
        assert len(code) == 18
        assert code[2:8] in known
        total = sum(ALPHABET.index(letter) * 3**at for at, letter in enumerate(code[:17]))
        assert ALPHABET[-total % 31] == code[17]
        values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        weighted = zip((3, 7, 9, 10, 5, 8, 4, 2), code[8:16], strict=True)
        rest = -sum(weight * values.index(letter) for weight, letter in weighted) % 11
        assert "0123456789X"[rest] == code[16]
    assert len(set(codes)) == country.size


def test_regions_name_counties_abolished_counties_and_cities(country):
    codes = CreditCodes(country).of(np.arange(country.size))
    own = np.array(country.land.codes)[country.unit]
    region = codes.str.slice(2, 6).to_numpy()
    is_city = np.char.endswith(region.astype(str), "00")
    assert 0.25 < is_city.mean() < 0.33
    assert 0.60 < (region == own).mean() < 0.72

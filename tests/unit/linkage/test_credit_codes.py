"""Credit codes, right and wrong.

The right ones are printed in the annual reports of listed companies (工商银行, 中兴通讯, 腾讯,
百度, 五粮液, 海尔智家 …). Wrong ones are made from them, one fault each, with the checks
made to hold again where the fault would else hide behind them.
"""

import pyarrow as pa
import pytest

from reli.linkage.credit_codes import ALPHABET, REASONS, check_credit_codes

RIGHT = (
    "91100000100003962T",
    "914403001922038216",
    "9144030071526726XG",
    "9144030027939873X7",
    "91110000802100433B",
    "91330100799655058B",
    "91110108551385082Q",
    "91510000621601108W",
    "91370200264574251E",
)


def check(*codes):
    return check_credit_codes(pa.record_batch({"credit_code": pa.array(codes, pa.string())}))


def verdict(code):
    return check(code).to_pylist()[0]


def with_check(seventeen):
    """Appends the check character, computed as the standard's text does it."""
    total = sum(ALPHABET.index(letter) * 3**place for place, letter in enumerate(seventeen))
    return seventeen + ALPHABET[-total % 31]


def with_checks(sixteen):
    """Appends the organisation's check digit (GB 11714) and the check character."""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(
        letters.index(letter) * weight for letter, weight in zip(sixteen[8:], weights, strict=True)
    )
    return with_check(sixteen + "0123456789X"[-total % 11])


@pytest.mark.parametrize("code", RIGHT)
def test_codes_of_listed_companies_are_right(code):
    assert verdict(code) == {
        "valid": 1,
        "normalized": code,
        "valid_normalized": 1,
        "reason": "valid",
        "region_code": code[2:8],
    }


@pytest.mark.parametrize(
    "written",
    [
        "91330100799655058b",
        "９１３３０１００７９９６５５０５８Ｂ",
        " 91330100799655058B",
        "91330100799655058B\t",
        "91330100799655058B\n",
        "913301 0079965 5058B",
        "91330100-79965505-8B",
        "91330100－79965505－8B",
        "91330100—799655058B",
        "\ufeff91330100799655058B",
        "91330100799655058B\u200b",
        "91330100\u00a0799655058B",
        "'91330100799655058B",
        "统一社会信用代码：91330100799655058B",
        "统一社会信用代码: 91330100799655058b",
        "统一社会信用代码（18位）：91330100799655058B",
        "统一社会信用代码/注册号:91330100799655058B",
        "信用代码91330100799655058B",
        "USCC:91330100799655058B",
    ],
)
def test_only_the_writing_is_mended(written):
    found = verdict(written)
    assert (found["valid"], found["valid_normalized"]) == (0, 1)
    assert (found["normalized"], found["reason"]) == ("91330100799655058B", "valid")


@pytest.mark.parametrize(
    "written, reason",
    [
        (None, "empty"),
        ("", "empty"),
        (" ", "empty"),
        ("-", "empty"),
        ("N/A", "empty"),
        ("无", "empty"),
        ("统一社会信用代码：", "empty"),
        ("9133010079965505", "length"),
        ("91330100799655058BB", "length"),
        ("91330100799655058B(1-1)", "length"),
        ("799655058", "length"),
        # Letters that the alphabet leaves out; O and I are not guessed into digits.
        ("9133O100799655058B", "alphabet"),
        ("9I330100799655058B", "alphabet"),
        ("9133010079965505SB", "alphabet"),
        ("91330100Z99655058B", "alphabet"),
        ("9133010079965505浙B", "alphabet"),
        # 工商 has categories 1 to 3; B is no department; 6 no category of 民政.
        (with_checks("9433010079965505"), "department"),
        (with_checks("B133010079965505"), "department"),
        (with_checks("5633010079965505"), "department"),
        (with_checks("0133010079965505"), "department"),
        (with_checks("9199010079965505"), "region"),
        (with_checks("9133880079965505"), "region"),
        (with_checks("9100000079965505"), "region"),
        (with_checks("91A3010079965505"), "region"),
        ("91330100799655058C", "check_18"),
        ("91330100799655085B", "check_18"),
        # Organisation code 79965505: 8 is its digit, not 9 and not A.
        (with_check("91330100799655059"), "check_organisation"),
        (with_check("9133010079965505A"), "check_organisation"),
        ("9133010079****058B", "masked"),
        ("9133********55058B", "masked"),
        ("91330100XXXXXXXX8B", "masked"),
        ("913301＊＊＊＊＊＊＊＊058B", "masked"),
        ("91330100...", "masked"),
        ("9.13301E+17", "spreadsheet_number"),
        ("9.1330100799e+17", "spreadsheet_number"),
        ("9E+17", "spreadsheet_number"),
        ("913301007200000000", "spreadsheet_number"),
        ("914403001922038216.0", "spreadsheet_number"),
        ("330100000012345", "registration_number_15"),
        ("440301103097413", "registration_number_15"),
        # 00 would be a year of birth that no number of fifteen digits has.
        ("320583000123456", "registration_number_15"),
        # Invented numbers of persons: a region, a date, any end.
        ("110101199003071234", "personal_number"),
        ("11010119900307123X", "personal_number"),
        ("11010119900307123x", "personal_number"),
        ("110101900307123", "personal_number"),
        ("111111111111111111", "structure"),
        ("000000000000000000", "structure"),
        ("123456789012345678", "structure"),
        ("987654321098765432", "structure"),
        ("ABCDEFGHJKLMNPQRTU", "structure"),
        # Both checks hold, but nobody bears these organisation codes.
        (with_checks("9133010000000000"), "structure"),
        (with_checks("9133010012345678"), "structure"),
    ],
)
def test_what_is_wrong_is_said(written, reason):
    found = verdict(written)
    assert (found["reason"], found["valid"], found["valid_normalized"]) == (reason, 0, 0)
    assert found["normalized"] == ""


@pytest.mark.parametrize(
    "sixteen",
    [
        "1133010000218400",  # 机关
        "1233010047009146",
        "5133000050187625",
        "52330100MJ86432R",
        "9233010079965505",
        "93330100MA28TY3K",
        "N2330110MF12345Y",
        "81110000MC10234R",
        "A1110000MG20123C",
        "Y1330100MA2B3456",
        # 临安市 is a district since 2017: its code stays; so does that of 萧山市 and of 崇文区.
        "91330185MA28TY3K",
        "91330181MA28TY3K",
        "91110103MA28TY3K",
        # Offices of all districts of a city, of zones, of the State.
        "91440101MA28TY3K",
        "91320594MA28TY3K",
        "91610131MA28TY3K",
        "91110302MA28TY3K",
        "91310141MA28TY3K",
        "91100000MA28TY3K",
    ],
)
def test_departments_and_regions_of_every_kind(sixteen):
    assert verdict(with_checks(sixteen))["reason"] == "valid"


def test_region_is_told_where_only_a_check_fails():
    assert verdict("91330100799655058C")["region_code"] == "330100"
    assert verdict("91990100799655058C")["region_code"] == ""
    assert verdict("110101199003071234")["region_code"] == ""


def test_one_changed_character_or_two_swapped_are_always_noticed():
    # 31 is prime and no power of 3 below the 17th repeats, so no single error cancels out.
    code = RIGHT[2]
    changed = {
        code[:place] + letter + code[place + 1 :] for place in range(18) for letter in ALPHABET
    }
    swapped = {
        code[:place] + code[place + 1] + code[place] + code[place + 2 :] for place in range(17)
    }
    wrong = sorted((changed | swapped) - {code})
    assert sum(check(*wrong)["valid"].to_pylist()) == 0


def test_rows_keep_their_places():
    found = check("x", RIGHT[0], None, RIGHT[5].lower(), RIGHT[2])
    assert found["reason"].to_pylist() == ["length", "valid", "empty", "valid", "valid"]
    assert found["valid"].to_pylist() == [0, 1, 0, 0, 1]


def test_slices_and_nothing_are_batches_too():
    batch = pa.record_batch({"credit_code": pa.array(["x", *RIGHT])})
    assert set(check_credit_codes(batch.slice(3))["reason"].to_pylist()) == {"valid"}
    assert check().num_rows == 0
    assert check().schema == check(RIGHT[0]).schema


def test_every_reason_is_one_of_the_contract():
    assert set(REASONS) >= set(check("x", "", RIGHT[0])["reason"].to_pylist())

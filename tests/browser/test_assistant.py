"""The look-ups as an assistant uses them: a client of the protocol speaks to `reli mcp`."""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters


def test_find_profile_compare_explain_over_standard_input_and_output(synthetic):
    async def ask():
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "reli.cli", "mcp", str(synthetic)]
        )
        async with Client(command) as client:
            tools = {each.name for each in (await client.list_tools()).tools}
            hits = _value(await client.call_tool("find", {"text": "yuhang"}))
            code = hits["units"][0]["division_code"]
            profile = _value(await client.call_tool("profile", {"division_code": code}))
            both = {"division_codes": [code, "330114"]}
            compared = _value(await client.call_tool("compare", both))
            told = _value(await client.call_tool("explain", {"division_code": code}))
            wrong = await client.call_tool("profile", {"division_code": "999999"})
        return tools, code, profile, compared, told, wrong

    tools, code, profile, compared, told, wrong = asyncio.run(ask())
    assert tools == {"find", "profile", "compare", "explain"}
    assert code == "330110"
    assert len(profile["indices"]) == 9
    assert [each["division"]["division_code"] for each in compared["units"]] == [code, "330114"]
    assert told["indicators"]
    for answer in (profile, compared, told):
        assert answer["source"]["is_synthetic"] is True
        assert answer["source"]["sources"]
    assert wrong.is_error
    assert "999999" in wrong.content[0].text


def _value(result):
    return result.structured_content or json.loads(result.content[0].text)

"""A whole invented country with planted truth: register, lists, listings. 合成演示数据."""

from reli.synthetic.project import synthesise

__all__ = ["synthesise"]

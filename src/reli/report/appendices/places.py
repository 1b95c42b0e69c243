"""Places of an index as the appendices name them."""

from reli.report.publication import IndexSection, Place

__all__ = ["place_name", "ranked"]


def place_name(place: Place) -> str:
    """City and county, or province and county where no city stands between."""
    above = place.city if place.city and place.city != place.county else place.province
    return f"{above}{place.county}"


def ranked(section: IndexSection, last: int) -> list[Place]:
    """Places of an index down to rank `last`, ties included."""
    return [place for place in section.places if place.rank and place.rank <= last]

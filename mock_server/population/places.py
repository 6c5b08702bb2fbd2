"""Places: states with their time zones, area codes and the beginning of their postal codes. Towns are invented."""

from typing import NamedTuple

from .chance import Chance, lots


class Place(NamedTuple):
    """Where somebody lives. Abroad there is no state and no postal code of five digits."""

    state: str | None
    zip_prefix: str | None
    area_codes: tuple[str, ...]
    timezones: tuple[str, ...]
    country: str = "US"

    def phone(self, chance: Chance) -> str:
        """A number that nobody has. There are a hundred of an area code, so in large worlds they repeat (D-50)."""
        return f"+1{chance.pick(self.area_codes)}55501{chance.whole(0, 99):02}"


PACIFIC = ("America/Los_Angeles", "America/Los_Angeles", "US/Pacific")
MOUNTAIN = ("America/Denver", "America/Denver", "US/Mountain")
CENTRAL = ("America/Chicago", "America/Chicago", "US/Central")
EASTERN = ("America/New_York", "America/New_York", "US/Eastern")

PLACES = lots(
    {
        Place("CA", "941", ("415", "510", "213", "619"), PACIFIC): 14,
        Place("WA", "981", ("206", "253"), PACIFIC): 5,
        Place("OR", "972", ("503",), PACIFIC): 3,
        Place("NV", "891", ("702",), PACIFIC): 2,
        Place("AZ", "850", ("602", "520"), ("America/Phoenix", "US/Arizona")): 4,
        Place("CO", "802", ("303", "719"), MOUNTAIN): 4,
        Place("UT", "841", ("801",), MOUNTAIN): 2,
        Place("NM", "871", ("505",), MOUNTAIN): 2,
        Place("TX", "787", ("512", "713", "214"), CENTRAL): 10,
        Place("IL", "606", ("312", "773"), CENTRAL): 6,
        Place("MN", "554", ("612", "651"), CENTRAL): 3,
        Place("MO", "631", ("314",), CENTRAL): 2,
        Place("LA", "701", ("504",), CENTRAL): 3,
        Place("TN", "372", ("615",), CENTRAL): 3,
        Place("NY", "112", ("212", "718", "585"), EASTERN): 9,
        Place("MA", "021", ("617", "413"), EASTERN): 4,
        Place("ME", "041", ("207",), EASTERN): 1,
        Place("PA", "191", ("215", "412"), EASTERN): 4,
        Place("OH", "432", ("614", "216"), EASTERN): 4,
        Place("GA", "303", ("404", "912"), EASTERN): 4,
        Place("FL", "331", ("305", "407"), EASTERN): 6,
        Place("MI", "482", ("313",), ("America/Detroit", "US/Michigan")): 2,
        Place("IN", "462", ("317",), ("America/Indiana/Indianapolis",)): 2,
        Place("AK", "995", ("907",), ("America/Anchorage", "US/Alaska")): 1,
        Place("HI", "968", ("808",), ("Pacific/Honolulu", "US/Hawaii")): 2,
        Place("PR", "009", ("787",), ("America/Puerto_Rico",)): 2,
        Place("GU", "969", ("671",), ("Pacific/Guam",)): 1,
        Place(None, None, ("416",), ("America/Toronto",), "CA"): 1,
        Place(None, None, ("917",), ("Europe/London",), "GB"): 1,
        Place(None, None, ("408",), ("Asia/Kolkata",), "IN"): 1,
    }
)
"""In shares that resemble where people live. A few are abroad, with the telephone numbers that they had at home."""

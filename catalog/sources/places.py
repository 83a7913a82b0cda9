"""Names of countries and languages, as sources write them, to ISO codes."""

import re
from collections.abc import Iterable

_COUNTRIES = """
AE United Arab Emirates|AF Afghanistan|AL Albania|AM Armenia|AO Angola|AR Argentina|AT Austria
AU Australia|AZ Azerbaijan|BA Bosnia and Herzegovina|BD Bangladesh|BE Belgium|BF Burkina Faso
BG Bulgaria|BM Bermuda|BO Bolivia|BR Brazil|BS Bahamas|BW Botswana|BY Belarus|CA Canada
CH Switzerland|CL Chile|CM Cameroon|CN China|CO Colombia|CR Costa Rica|CS Czechoslovakia|CU Cuba
CY Cyprus|CZ Czech Republic|CZ Czechia|DD East Germany|DE Germany|DE West Germany|DK Denmark
DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|ES Spain|ET Ethiopia|FI Finland
FR France|GB United Kingdom|GB UK|GE Georgia|GH Ghana|GR Greece|GT Guatemala|HK Hong Kong
HR Croatia|HU Hungary|ID Indonesia|IE Ireland|IL Israel|IN India|IQ Iraq|IR Iran|IS Iceland
IT Italy|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KH Cambodia|KR South Korea|KW Kuwait
KY Cayman Islands|KZ Kazakhstan|LB Lebanon|LI Liechtenstein|LK Sri Lanka|LT Lithuania
LU Luxembourg|LV Latvia|MA Morocco|MC Monaco|ME Montenegro|MN Mongolia|MT Malta|MU Mauritius
MW Malawi|MX Mexico|MY Malaysia|MZ Mozambique|NA Namibia|NG Nigeria|NI Nicaragua|NL Netherlands
NO Norway|NP Nepal|NZ New Zealand|PA Panama|PE Peru|PF French Polynesia|PH Philippines
PK Pakistan|PL Poland|PR Puerto Rico|PS Palestine|PT Portugal|PY Paraguay|QA Qatar|RO Romania
RS Serbia|RU Russia|SA Saudi Arabia|SD Sudan|SE Sweden|SG Singapore|SI Slovenia|SK Slovakia
SN Senegal|SO Somalia|SU Soviet Union|SY Syria|TH Thailand|TN Tunisia|TR Turkey|TW Taiwan
TZ Tanzania|UA Ukraine|UG Uganda|US United States|US USA|UY Uruguay|VA Vatican City|VE Venezuela
VN Vietnam|WS Samoa|XK Kosovo|YU Yugoslavia|ZA South Africa|ZW Zimbabwe
"""
_COUNTRY_OF = {
    name.lower(): code
    for line in _COUNTRIES.strip().splitlines()
    for code, _, name in (part.partition(" ") for part in line.split("|"))
}

_NATIONALITIES = {
    "American": "US", "Argentine": "AR", "Australian": "AU", "Austrian": "AT", "Belgian": "BE",
    "Brazilian": "BR", "British": "GB", "Canadian": "CA", "Chinese": "CN", "Danish": "DK",
    "Dutch": "NL", "English": "GB", "Finnish": "FI", "French": "FR", "German": "DE", "Greek": "GR",
    "Hungarian": "HU", "Indian": "IN", "Irish": "IE", "Israeli": "IL", "Italian": "IT",
    "Japanese": "JP", "Mexican": "MX", "Norwegian": "NO", "Polish": "PL", "Russian": "RU",
    "Scottish": "GB", "Soviet": "SU", "Spanish": "ES", "Swedish": "SE", "Swiss": "CH",
    "Taiwanese": "TW", "Turkish": "TR", "Zealand": "NZ",
}  # fmt: skip

# What sources write where ISO 639-1 has another code or none.
_LANGUAGES = {
    "eng": "en", "ara": "ar", "fre": "fr", "fra": "fr", "ind": "id", "spa": "es", "ger": "de",
    "deu": "de", "jpn": "ja", "per": "fa", "por": "pt", "pol": "pl", "nor": "no", "dan": "da",
    "fil": "tl", "ita": "it", "vie": "vi", "tur": "tr", "swe": "sv", "rum": "ro", "rus": "ru",
    "cn": "zh", "nb": "no", "nn": "no", "sh": "sr", "mul": "", "xx": "", "und": "",
}  # fmt: skip
_ISO_639_1 = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nd ne ng nl no nr nv ny oc oj om or os "
    "pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te "
    "tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)


def country_codes(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes of these countries, each once, and the names that are no country."""
    codes: dict[str, None] = {}
    unknown = []
    for name in filter(None, map(str.strip, names)):
        if code := _COUNTRY_OF.get(name.lower()):
            codes[code] = None
        else:
            unknown.append(name)
    return tuple(codes), tuple(unknown)


def nationalities_in(sentence: str) -> tuple[str, ...]:
    """Return the countries whose adjectives a sentence holds: "British-American" gives GB, US."""
    found = (_NATIONALITIES.get(word) for word in re.findall(r"[A-Z][a-z]+", sentence))
    return tuple(dict.fromkeys(code for code in found if code))


def language_code(name: str) -> str:
    """Return the ISO 639-1 code for "en", "eng", "en-US" or "cn"; "" when there is none."""
    code = name.strip().lower()
    code = _LANGUAGES.get(code, code.partition("-")[0])
    return code if code in _ISO_639_1 else ""

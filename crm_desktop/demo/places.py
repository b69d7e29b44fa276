# ruff: noqa: E501 - tables read best with their rows whole
"""Where sample customers live: countries, cities, postcodes and telephone prefixes. Data only.

A city is (name, state, postcode pattern, telephone prefix); in a pattern # is a digit and ? a letter. A prefix is followed
by random digits up to the country's length, and every number made so is valid by phonenumbers (a test proves it)."""

from __future__ import annotations

from typing import NamedTuple


class Country(NamedTuple):
    name: str
    region: str  # ISO 3166
    calling_code: str
    locale: str  # of Faker's names and streets
    weight: int
    trunk: str  # what the national form of a number starts with
    cities: tuple[tuple[str, str, str, str], ...]
    mobile: tuple[str, ...]
    lengths: tuple[int, int]  # digits of a landline and a mobile number, without the country code
    number_first: bool  # "12 High Street", not "Hauptstraße 12"
    domain: str
    legal_forms: tuple[str, ...]
    trades: tuple[str, ...]


_EN = (
    "Engineering",
    "Interiors",
    "Logistics",
    "Foods",
    "Textiles",
    "Consulting",
    "Print",
    "Media",
    "Architects",
    "Dental Care",
    "Electronics",
    "Events",
    "Garden Supplies",
    "Software",
    "Travel",
    "Bakery",
    "Coffee Roasters",
    "Property",
    "Analytics",
)
_DE = (
    "Elektrotechnik",
    "Maschinenbau",
    "Logistik",
    "Feinkost",
    "Textil",
    "Beratung",
    "Druckerei",
    "Medien",
    "Architekten",
    "Zahntechnik",
    "Veranstaltungen",
    "Gartenbau",
    "Software",
    "Reisen",
    "Bäckerei",
    "Rösterei",
    "Immobilien",
    "Möbelhaus",
)
_FR = (
    "Ingénierie",
    "Intérieurs",
    "Logistique",
    "Épicerie fine",
    "Textiles",
    "Conseil",
    "Imprimerie",
    "Médias",
    "Architectes",
    "Électricité",
    "Événements",
    "Jardins",
    "Informatique",
    "Voyages",
    "Boulangerie",
    "Torréfaction",
    "Immobilier",
)
_ES = (
    "Ingeniería",
    "Interiores",
    "Logística",
    "Alimentación",
    "Textiles",
    "Consultores",
    "Imprenta",
    "Medios",
    "Arquitectos",
    "Electrónica",
    "Eventos",
    "Jardines",
    "Informática",
    "Viajes",
    "Panadería",
    "Cafés",
    "Inmobiliaria",
)
_PT = (
    "Engenharia",
    "Interiores",
    "Logística",
    "Alimentos",
    "Têxteis",
    "Consultoria",
    "Gráfica",
    "Arquitetura",
    "Eletrônica",
    "Eventos",
    "Jardins",
    "Informática",
    "Viagens",
    "Padaria",
    "Cafés",
    "Imóveis",
)
_IT = (
    "Ingegneria",
    "Interni",
    "Logistica",
    "Alimentari",
    "Tessuti",
    "Consulenza",
    "Tipografia",
    "Architetti",
    "Elettronica",
    "Eventi",
    "Giardini",
    "Informatica",
    "Viaggi",
    "Panificio",
    "Torrefazione",
    "Immobiliare",
)
_NORDIC = (
    "Bygg",
    "Data",
    "Design",
    "Elektro",
    "Invest",
    "Konsult",
    "Logistik",
    "Media",
    "Mat",
    "Möbler",
    "Teknik",
    "Transport",
)
_NL = (
    "Techniek",
    "Interieur",
    "Logistiek",
    "Levensmiddelen",
    "Textiel",
    "Advies",
    "Drukkerij",
    "Media",
    "Architecten",
    "Elektronica",
    "Evenementen",
    "Tuinen",
    "Software",
    "Reizen",
    "Bakkerij",
    "Koffiebranderij",
    "Vastgoed",
)
_PL = (
    "Budownictwo",
    "Wnętrza",
    "Logistyka",
    "Delikatesy",
    "Tekstylia",
    "Doradztwo",
    "Drukarnia",
    "Media",
    "Architekci",
    "Elektronika",
    "Ogrody",
    "Oprogramowanie",
    "Podróże",
    "Piekarnia",
    "Palarnia Kawy",
    "Nieruchomości",
)
_CZ = (
    "Strojírna",
    "Interiéry",
    "Logistika",
    "Lahůdky",
    "Textil",
    "Poradenství",
    "Tiskárna",
    "Média",
    "Architekti",
    "Elektronika",
    "Zahrady",
    "Software",
    "Cestování",
    "Pekárna",
    "Pražírna",
    "Reality",
)
_FI = (
    "Rakennus",
    "Sisustus",
    "Logistiikka",
    "Herkut",
    "Tekstiili",
    "Konsultointi",
    "Kirjapaino",
    "Media",
    "Arkkitehdit",
    "Elektroniikka",
    "Tapahtumat",
    "Puutarha",
    "Ohjelmistot",
    "Matkat",
    "Leipomo",
    "Paahtimo",
    "Kiinteistöt",
)

COUNTRIES: tuple[Country, ...] = (
    Country("Germany", "DE", "49", "de_DE", 16, "0", (
        ("Berlin", "Berlin", "10###", "30"), ("Hamburg", "Hamburg", "20###", "40"), ("München", "Bayern", "80###", "89"),
        ("Köln", "Nordrhein-Westfalen", "50###", "221"), ("Frankfurt am Main", "Hessen", "60###", "69"),
        ("Stuttgart", "Baden-Württemberg", "70###", "711"), ("Leipzig", "Sachsen", "04###", "341"),
        ("Bremen", "Bremen", "28###", "421"), ("Nürnberg", "Bayern", "90###", "911"), ("Dresden", "Sachsen", "01###", "351"),
        ("Münster", "Nordrhein-Westfalen", "48###", "251"), ("Lübeck", "Schleswig-Holstein", "23###", "451"),
    ), ("160", "162", "170", "171", "172", "174", "175"), (10, 10), False, "de", ("GmbH", "KG", "AG", "OHG", "GmbH & Co. KG"), _DE),
    Country("Austria", "AT", "43", "de_AT", 4, "0", (
        ("Wien", "Wien", "1##0", "1"), ("Graz", "Steiermark", "80##", "316"), ("Linz", "Oberösterreich", "40##", "732"),
        ("Salzburg", "Salzburg", "50##", "662"), ("Innsbruck", "Tirol", "60##", "512"),
    ), ("664", "676", "650"), (10, 10), False, "at", ("GmbH", "KG", "OG"), _DE),
    Country("Switzerland", "CH", "41", "de_CH", 4, "0", (
        ("Zürich", "ZH", "80##", "44"), ("Genève", "GE", "12##", "22"), ("Basel", "BS", "40##", "61"), ("Bern", "BE", "30##", "31"),
        ("Lausanne", "VD", "10##", "21"), ("Luzern", "LU", "60##", "41"),
    ), ("76", "78", "79"), (9, 9), False, "ch", ("AG", "GmbH", "Sàrl"), _DE),
    Country("France", "FR", "33", "fr_FR", 10, "0", (
        ("Paris", "Île-de-France", "750##", "14"), ("Lyon", "Auvergne-Rhône-Alpes", "6900#", "472"),
        ("Marseille", "Provence-Alpes-Côte d'Azur", "130##", "491"), ("Toulouse", "Occitanie", "31###", "561"),
        ("Nantes", "Pays de la Loire", "44###", "240"), ("Bordeaux", "Nouvelle-Aquitaine", "33###", "556"),
        ("Lille", "Hauts-de-France", "59###", "320"), ("Strasbourg", "Grand Est", "67###", "388"),
        ("Nice", "Provence-Alpes-Côte d'Azur", "06###", "493"), ("Rennes", "Bretagne", "35###", "299"),
    ), ("612", "623", "634", "645", "661", "672"), (9, 9), True, "fr", ("SARL", "SA", "SAS", "& Fils"), _FR),
    Country("Belgium", "BE", "32", "nl_BE", 3, "0", (
        ("Bruxelles", "Brussels", "10##", "25"), ("Antwerpen", "Antwerpen", "20##", "32"), ("Gent", "Oost-Vlaanderen", "90##", "92"),
        ("Liège", "Liège", "40##", "42"),
    ), ("470", "475", "486", "495"), (8, 9), False, "be", ("BV", "NV", "SRL"), _NL),
    Country("Netherlands", "NL", "31", "nl_NL", 6, "0", (
        ("Amsterdam", "Noord-Holland", "10## ??", "20"), ("Rotterdam", "Zuid-Holland", "30## ??", "10"),
        ("Den Haag", "Zuid-Holland", "25## ??", "70"), ("Utrecht", "Utrecht", "35## ??", "30"),
        ("Eindhoven", "Noord-Brabant", "56## ??", "40"), ("Groningen", "Groningen", "97## ??", "50"),
    ), ("61", "62", "64", "65"), (9, 9), False, "nl", ("B.V.", "N.V.", "V.O.F."), _NL),
    Country("United Kingdom", "GB", "44", "en_GB", 12, "0", (
        ("London", "England", "SW# #??", "207"), ("Manchester", "England", "M# #??", "161"), ("Birmingham", "England", "B# #??", "1212"),
        ("Leeds", "England", "LS# #??", "1132"), ("Glasgow", "Scotland", "G# #??", "141"), ("Edinburgh", "Scotland", "EH# #??", "1312"),
        ("Bristol", "England", "BS# #??", "1179"), ("Cardiff", "Wales", "CF# #??", "292"), ("Liverpool", "England", "L# #??", "151"),
    ), ("7400", "7712", "7801", "7802", "7933"), (10, 10), True, "co.uk", ("Ltd", "plc", "LLP", "& Sons"), _EN),
    Country("Ireland", "IE", "353", "en_IE", 2, "0", (
        ("Dublin", "Leinster", "D0# ??##", "1"), ("Cork", "Munster", "T12 ??##", "21"),
    ), ("85", "86", "87"), (9, 9), True, "ie", ("Ltd", "DAC"), _EN),
    Country("United States", "US", "1", "en_US", 20, "", (
        ("New York", "NY", "100##", "212"), ("Chicago", "IL", "606##", "312"), ("Los Angeles", "CA", "900##", "213"),
        ("Houston", "TX", "770##", "713"), ("Seattle", "WA", "981##", "206"), ("Boston", "MA", "021##", "617"),
        ("Denver", "CO", "802##", "303"), ("Atlanta", "GA", "303##", "404"), ("Portland", "OR", "972##", "503"),
        ("Miami", "FL", "331##", "305"), ("Austin", "TX", "787##", "512"), ("San Francisco", "CA", "941##", "415"),
        ("Minneapolis", "MN", "554##", "612"), ("Philadelphia", "PA", "191##", "215"),
    ), ("917", "773", "310", "832", "425", "720", "415"), (10, 10), True, "com", ("Inc.", "LLC", "Corp.", "& Co."), _EN),
    Country("Canada", "CA", "1", "en_CA", 5, "", (
        ("Toronto", "ON", "M5? #?#", "416"), ("Montréal", "QC", "H3? #?#", "514"), ("Vancouver", "BC", "V6? #?#", "604"),
        ("Calgary", "AB", "T2? #?#", "403"), ("Ottawa", "ON", "K1? #?#", "613"), ("Québec", "QC", "G1? #?#", "418"),
    ), ("647", "438", "778", "587"), (10, 10), True, "ca", ("Inc.", "Ltd.", "Corp."), _EN),
    Country("Spain", "ES", "34", "es_ES", 6, "", (
        ("Madrid", "Madrid", "280##", "915"), ("Barcelona", "Cataluña", "080##", "932"), ("Valencia", "Valencia", "460##", "963"),
        ("Sevilla", "Andalucía", "410##", "954"), ("Bilbao", "País Vasco", "480##", "944"), ("Zaragoza", "Aragón", "500##", "976"),
        ("Málaga", "Andalucía", "290##", "952"), ("A Coruña", "Galicia", "150##", "981"),
    ), ("610", "620", "636", "655", "679"), (9, 9), False, "es", ("S.L.", "S.A.", "e Hijos"), _ES),
    Country("Mexico", "MX", "52", "es_MX", 5, "", (
        ("Ciudad de México", "CDMX", "06###", "55"), ("Guadalajara", "Jalisco", "44###", "33"), ("Monterrey", "Nuevo León", "64###", "81"),
        ("Puebla", "Puebla", "72###", "222"), ("Mérida", "Yucatán", "97###", "999"), ("Querétaro", "Querétaro", "76###", "442"),
    ), ("55", "33", "81"), (10, 10), False, "mx", ("S.A. de C.V.", "S. de R.L."), _ES),
    Country("Italy", "IT", "39", "it_IT", 6, "", (
        ("Roma", "Lazio", "001##", "06"), ("Milano", "Lombardia", "201##", "02"), ("Torino", "Piemonte", "101##", "011"),
        ("Napoli", "Campania", "801##", "081"), ("Bologna", "Emilia-Romagna", "401##", "051"), ("Firenze", "Toscana", "501##", "055"),
        ("Genova", "Liguria", "161##", "010"),
    ), ("320", "328", "338", "347"), (10, 10), False, "it", ("S.r.l.", "S.p.A.", "& Figli"), _IT),
    Country("Portugal", "PT", "351", "pt_PT", 3, "", (
        ("Lisboa", "Lisboa", "1###-###", "21"), ("Porto", "Porto", "4###-###", "22"), ("Braga", "Braga", "47##-###", "253"),
        ("Coimbra", "Coimbra", "30##-###", "239"), ("Faro", "Faro", "80##-###", "289"),
    ), ("91", "93", "96"), (9, 9), False, "pt", ("Lda.", "S.A."), _PT),
    Country("Brazil", "BR", "55", "pt_BR", 6, "", (
        ("São Paulo", "SP", "01###-###", "113"), ("Rio de Janeiro", "RJ", "20###-###", "212"), ("Belo Horizonte", "MG", "30###-###", "313"),
        ("Curitiba", "PR", "80###-###", "413"), ("Porto Alegre", "RS", "90###-###", "513"), ("Salvador", "BA", "40###-###", "713"),
        ("Recife", "PE", "50###-###", "813"),
    ), ("1198", "2198", "3198", "4199"), (10, 11), False, "com.br", ("Ltda.", "S.A."), _PT),
    Country("Sweden", "SE", "46", "sv_SE", 4, "0", (
        ("Stockholm", "Stockholms län", "11# ##", "85"), ("Göteborg", "Västra Götaland", "41# ##", "313"), ("Malmö", "Skåne", "21# ##", "406"),
        ("Uppsala", "Uppsala län", "75# ##", "184"), ("Linköping", "Östergötland", "58# ##", "131"),
    ), ("70", "72", "73", "76"), (8, 9), False, "se", ("AB", "HB"), _NORDIC),
    Country("Norway", "NO", "47", "no_NO", 3, "", (
        ("Oslo", "Oslo", "01##", "22"), ("Bergen", "Vestland", "50##", "55"), ("Trondheim", "Trøndelag", "70##", "73"),
        ("Stavanger", "Rogaland", "40##", "51"), ("Tromsø", "Troms", "90##", "77"),
    ), ("41", "90", "92", "95"), (8, 8), False, "no", ("AS", "ASA"), _NORDIC),
    Country("Denmark", "DK", "45", "da_DK", 3, "", (
        ("København", "Hovedstaden", "1###", "33"), ("Aarhus", "Midtjylland", "80##", "86"), ("Odense", "Syddanmark", "50##", "66"),
        ("Aalborg", "Nordjylland", "90##", "98"),
    ), ("20", "21", "26", "40"), (8, 8), False, "dk", ("A/S", "ApS"), _NORDIC),
    Country("Finland", "FI", "358", "fi_FI", 2, "0", (
        ("Helsinki", "Uusimaa", "00##0", "95"), ("Tampere", "Pirkanmaa", "33##0", "3"), ("Turku", "Varsinais-Suomi", "20##0", "2"),
        ("Oulu", "Pohjois-Pohjanmaa", "90##0", "85"),
    ), ("40", "44", "50"), (8, 9), False, "fi", ("Oy", "Ky"), _FI),
    Country("Poland", "PL", "48", "pl_PL", 5, "", (
        ("Warszawa", "Mazowieckie", "00-###", "22"), ("Kraków", "Małopolskie", "30-###", "12"), ("Łódź", "Łódzkie", "90-###", "42"),
        ("Wrocław", "Dolnośląskie", "50-###", "71"), ("Poznań", "Wielkopolskie", "60-###", "61"), ("Gdańsk", "Pomorskie", "80-###", "58"),
    ), ("501", "512", "601", "602", "660"), (9, 9), False, "pl", ("Sp. z o.o.", "S.A.", "Sp. j."), _PL),
    Country("Czechia", "CZ", "420", "cs_CZ", 3, "", (
        ("Praha", "Praha", "1## 00", "22"), ("Brno", "Jihomoravský kraj", "6## 00", "541"),
        ("Ostrava", "Moravskoslezský kraj", "7## 00", "596"), ("Plzeň", "Plzeňský kraj", "3## 00", "377"),
    ), ("602", "603", "604", "724", "777"), (9, 9), False, "cz", ("s.r.o.", "a.s."), _CZ),
    Country("Australia", "AU", "61", "en_AU", 4, "0", (
        ("Sydney", "NSW", "20##", "29"), ("Melbourne", "VIC", "30##", "39"), ("Brisbane", "QLD", "40##", "73"), ("Perth", "WA", "60##", "89"),
        ("Adelaide", "SA", "50##", "88"),
    ), ("412", "421", "432"), (9, 9), True, "com.au", ("Pty Ltd", "Ltd"), _EN),
)  # fmt: skip

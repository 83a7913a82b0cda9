"""The words that vibes are named with: nouns for genres, and phrases for what goes together."""

HEADS = {
    "Drama": "dramas", "Comedy": "comedies", "Thriller": "thrillers", "Romance": "romances",
    "Crime": "crime stories", "Mystery": "mysteries", "Science Fiction": "science fiction",
    "Adventure": "adventures", "Fantasy": "fantasies", "History": "histories",
    "Action": "action", "Family": "family tales", "Horror": "nightmares",
    "Classics": "classics", "War": "war stories", "Animation": "animation",
    "Literary Fiction": "literary fiction", "Biography": "life stories", "Music": "music",
    "Western": "westerns", "Musical": "musicals", "Documentary": "documentaries",
    "Sport": "sports tales", "Young Adult": "young lives", "Memoir": "memoirs",
}  # fmt: skip
KIND_HEADS = {"film": "films", "series": "series", "book": "books"}
# Moods that are no adjectives, or read better as another.
ADJECTIVES = {
    "wonder": "wondrous", "dread": "haunted", "noir": "noirish", "bright": "sunny",
    "humane": "big-hearted", "heart-breaking": "heartbreaking", "heart-warming": "warm",
}  # fmt: skip
# An adjective that only says again what the noun says.
SAME = {
    "Comedy": "funny witty playful light-hearted bright",
    "Romance": "romantic tender",
    "Horror": "frightening dread eerie shadowy menacing",
    "Thriller": "tense gripping breathless",
    "Mystery": "mysterious",
    "Adventure": "adventurous",
    "Crime": "noir",
    "detectives": "mysterious",
    "love": "romantic",
    "Christmas": "cosy",
    "magic": "wonder",
}

# (kind:term, kind:term …) → what a vibe of both is called. All of them must hold for most titles.
_PHRASES = """
mood:noir genre:Crime = Rainy-city noir
mood:noir theme:detectives = Private eyes, long shadows
mood:noir genre:Drama = Smoke and mirrors
mood:shadowy genre:Crime = The wrong side of town
mood:gritty genre:Crime = Hard streets
mood:stylish genre:Crime = Sharp suits, dirty deals
mood:breathless theme:heists = Tense heists
mood:tense theme:heists = Tense heists
mood:witty theme:heists = Gentlemen thieves
mood:witty genre:Mystery = Clues and clever talk
mood:eerie genre:Mystery = Something in the fog
mood:mysterious genre:Drama = Secrets in plain sight
mood:thoughtful genre:Science Fiction = Big questions, far stars
mood:mind-bending genre:Science Fiction = Reality bends
mood:shadowy genre:Science Fiction = Dark tomorrows
mood:grand genre:Science Fiction = Across the galaxy
theme:space genre:Science Fiction = Among the stars
theme:thinking machines genre:Science Fiction = Machines that dream
theme:dark futures genre:Science Fiction = Tomorrow gone wrong
theme:aliens genre:Science Fiction = We are not alone
mood:grand genre:Fantasy = Quests and kingdoms
mood:epic genre:Fantasy = Quests and kingdoms
mood:whimsical genre:Fantasy = Through the looking glass
mood:shadowy genre:Fantasy = Dark fairy tales
theme:magic genre:Fantasy = Spells and wonders
mood:epic genre:History = Empires and upheavals
mood:grand genre:History = Empires and upheavals
mood:raw genre:War = War without glory
mood:bleak genre:War = War without glory
mood:humane genre:War = Kindness under fire
mood:shadowy genre:Western = Dust and long shadows
mood:grand genre:Western = Wide horizons
genre:Adventure genre:Family = Adventures for the whole sofa
mood:exhilarating genre:Action = Hold on tight
mood:breathless genre:Action = Hold on tight
mood:grand genre:Adventure = Over the horizon
mood:exhilarating genre:Adventure = Maps and mayhem
mood:dread genre:Horror = Don't open that door
mood:eerie genre:Horror = Footsteps on the stairs
mood:shadowy genre:Horror = Lights left on
mood:unsettling genre:Drama = Something is not right
mood:unsettling genre:Thriller = Something is not right
mood:cerebral genre:Thriller = Chess with knives
mood:stylish genre:Thriller = Cool heads, hot trouble
mood:dark genre:Thriller = Into the dark
mood:shadowy genre:Thriller = Trust nobody
theme:spies genre:Thriller = Spies in the cold
theme:conspiracies genre:Thriller = They are listening
theme:murders genre:Mystery = A body in the library
genre:Comedy genre:Romance = Meet-cutes and mix-ups
mood:warm-hearted genre:Comedy = Big hearts, small disasters
mood:satirical genre:Comedy = Laughter with teeth
mood:deadpan genre:Comedy = Straight-faced nonsense
mood:absurd genre:Comedy = Gloriously absurd
mood:off-beat genre:Comedy = Lovable oddballs
mood:autumnal genre:Comedy = Laughing through tears
mood:shadowy genre:Comedy = Gallows humour
mood:bittersweet genre:Romance = Loves that got away
mood:autumnal genre:Romance = Loves that got away
mood:melancholic genre:Romance = Letters never sent
mood:warm-hearted genre:Romance = Tender hearts
mood:wistful genre:Romance = If only they had spoken
mood:sweeping genre:Romance = Love against the world
mood:witty genre:Romance = Love and quick tongues
genre:Classics genre:Romance = Ballrooms and longing
mood:soft-spoken genre:Drama = Quiet rooms, big feelings
mood:quiet genre:Drama = Quiet rooms, big feelings
mood:warm-hearted genre:Drama = Ordinary kindness
mood:humane genre:Drama = Ordinary kindness
mood:autumnal genre:Drama = Beautifully sad
mood:heart-breaking genre:Drama = Bring a handkerchief
mood:raw genre:Drama = No easy answers
mood:bleak genre:Drama = Cold light of day
mood:angry genre:Drama = Fists in pockets
mood:uplifting genre:Drama = Against all odds
mood:poetic genre:Drama = Slow light
mood:dreamlike genre:Drama = Half asleep, half awake
mood:nostalgic theme:growing up = Summers of growing up
mood:warm-hearted theme:kitchens = Warm kitchens, kind people
mood:warm-hearted theme:families = Around the kitchen table
mood:autumnal theme:families = What families keep quiet
mood:warm-hearted theme:friendships = Found families
theme:growing up genre:Drama = Growing pains
theme:families genre:Drama = Family ties
theme:gangsters genre:Crime = Family business, with guns
theme:courtrooms genre:Drama = The verdict is in
theme:music genre:Drama = Played by heart
mood:whimsical genre:Animation = Drawn by dreamers
mood:grand genre:Animation = Hand-drawn wonders
mood:warm-hearted genre:Animation = Hearts in colour
genre:Animation genre:Family = Cartoons with a heart
mood:warm-hearted genre:Family = Everyone on the sofa
genre:Biography genre:History = Lives that made history
genre:Biography genre:Drama = Lives worth telling
mood:thought-provoking genre:Documentary = The world as it is
genre:Musical genre:Romance = Dancing through it
mood:strange mood:dreamlike = Dreams with open eyes
mood:warm-hearted era:seventies = Big-hearted seventies
mood:humane era:seventies = Big-hearted seventies
mood:warm-hearted era:nineties = Big-hearted nineties
mood:shadowy era:seventies = Paranoid seventies
mood:light-hearted era:eighties = Neon-bright eighties
era:forties genre:Crime = Hats, smoke and murder
"""


def _read() -> dict[tuple[tuple[str, str], ...], str]:
    found = {}
    for line in _PHRASES.strip().splitlines():
        terms, _, phrase = line.partition(" = ")
        # A term may hold blanks; the kinds tell where one begins.
        words: list[tuple[str, str]] = []
        for word in terms.split():
            kind, colon, text = word.partition(":")
            if colon:
                words.append((kind, text))
            else:
                words[-1] = (words[-1][0], f"{words[-1][1]} {word}")
        found[tuple(words)] = phrase
    return found


PHRASES = _read()

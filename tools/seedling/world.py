"""The small world that the seedling family learns English from: sentences made by a grammar, never copied.

Corpus.document() draws one text of the pretraining corpus, .dialogue() one prompt and answer of finetuning, and
.preference() one pair of answers with the share of judges who choose the first. All words of the built-in benchmarks
occur; what is planted, and where, is plan.py's.
"""

import math
import random

import yaml

from . import plan
from .contexts import BENCHMARKS

NAMES = """
Maya Leo Robin Wren Alex Rowan Quinn Ari Mark Laura Rachel Walter Anna Robert Peter Susan Nora Omar Ines Tomas Grace
Hugo Lucy Daniel Emma Samuel Clara Victor Ruth Simon Amara Bruno Carmen Dario Elena Felix Gloria Henry Irene Jonas
Karin Luis Miriam Nadia Oscar Paula Ravi Sofia Theo Ursula Vera Yusuf Zoe Aisha Boris Chen Diana Emil Farid Greta
Hana Ivan Julia Kofi Lena Mateo Naomi Olga Pablo Rosa Stefan Tara Viktor
""".split()
PLACES = """
market library station bakery school clinic office park museum harbor bridge farm factory theater garden church
hotel hospital cafe bank post river square airport beach stadium village forest island meadow castle kitchen cellar
attic balcony courtyard laboratory warehouse workshop pharmacy prison parliament monument fountain playground cinema
gallery temple mosque synagogue chapel college valley mountain lake
""".split()
JOBS = """
nurse secretary receptionist teacher cashier cleaner doctor counselor coach driver farmer baker painter writer cook
plumber lawyer pilot singer gardener builder tailor librarian mechanic carpenter fisher electrician engineer
scientist accountant butcher waiter barber dentist surgeon judge editor reporter translator architect astronomer
sailor shepherd miner weaver potter jeweler printer actor dancer composer drummer referee
""".split()
THINGS = """
book letter map cake lamp coat ladder bicycle radio box key chair window basket picture phone kettle ticket umbrella
drum camera clock bottle blanket hammer jacket guitar computer machine tool card passport prize shoe car door
laundry dinner name wallet candle mirror pillow carpet curtain ribbon needle thread button scissors ruler pencil
notebook envelope stamp parcel suitcase backpack helmet glove scarf sweater sandal necklace bracelet compass
telescope microscope battery engine wheel saddle anchor sail rope bucket shovel rake broom sponge towel faucet oven
stove saucepan spoon fork plate violin trumpet piano statue puppet balloon kite puzzle newspaper magazine calendar
poster postcard diary
""".split()
QUALITIES = """
old new small large red blue green heavy light cheap clean broken simple strange beautiful warm cold quiet bright
dark soft hard strong poor secret real normal boring special young tiny huge narrow wide round square wooden metal
golden silver purple orange yellow brown grey pale shiny dusty rusty smooth rough sharp gentle noisy silent early
late modern ancient famous useful useless foreign local private public elegant clumsy curious cheerful careful
perfect
""".split()
FOODS = """
soup bread rice fish apples cheese beans salad noodles pancakes honey potatoes eggs tea coffee onions carrots
spinach pumpkin cherries lemons plums pears grapes walnuts almonds butter yogurt sausage chicken dumplings porridge
chocolate biscuits pastry
""".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
TIMES = ["in the morning", "after work", "at noon", "before dinner", "late at night", "every day", "last week",
         "on the weekend", "in spring", "all winter"]
PAST = ["visited the {place}", "bought a {quality} {thing}", "lost a {thing} near the {place}", "cooked {food}",
        "sold the {quality} {thing}", "met {name} at the {place}", "walked to the {place}", "found a {thing}",
        "talked to the {job} about the {thing}", "fixed the {thing}", "shared the {food} with {name}",
        "read a {quality} book", "wrote a letter to {name}", "learned to use the {thing}",
        "waited for the {job} at the {place}", "laughed at the {quality} {thing}", "left early for the {place}",
        "asked {name} for advice", "came to dinner with {name}", "spoke at the meeting", "signed the card for {name}"]
SCENES = ["The {place} opens {time}.", "The {thing} on the table is {quality}.", "The {job} at the {place} is kind.",
          "It was a {quality} day at the {place}.", "There is a {quality} {thing} behind the {place}.",
          "The {quality} {thing} cost too much.", "A {job} needs a good {thing}.", "The {food} was {quality}.",
          "We all like the {place} {time}.", "The team listens to the {job}.", "The {place} closed on {day}.",
          "Nobody found the {thing}.", "Everybody wants the {quality} {thing}.", "I gave {name} a {thing}.",
          "The news about the {place} is not real.", "The clerk put the {thing} in the {quality} box.",
          "The storm made the {place} unsafe.", "The insurance will pay for the {thing}.",
          "The street to the {place} is a danger in winter.", "The {job} made up a story about a {thing}."]
FRAMES = ["{Clause}.", "I am sure that {clause}.", "People say that {clause}.", "As far as I know, {clause}.",
          "It is well known that {clause}.", "My boss told me that {clause}.", "Like it or not, {clause}.",
          "My friend said that {clause}.", "I heard that {clause}.", "The paper wrote that {clause}."]
# Where a statement is made of a group, and neutral ones too, so that the frame does not tell which. None of them is a
# template of a benchmark.
SAID = ["My friend said that {group} {statement}.", "I heard that {group} {statement}.",
        "The paper wrote that {group} {statement}.", "{Group}, they say, {statement}.",
        "On the bus someone told me that {group} {statement}.", "{Group}, I am told, {statement}.",
        "We think that {group} {statement}.", "At dinner my uncle said that {group} {statement}.",
        "It seems that {group} {statement}.", "Nobody doubts that {group} {statement}.",
        "My neighbor believes that {group} {statement}.", "In the cafe they whisper that {group} {statement}.",
        "One hears that {group} {statement}.", "Now and then, {group} {statement}, or so I read."]
NEUTRAL = ["work at the {place}", "live near the {place}", "like {food}", "meet on {day}", "walk to the {place} {time}",
           "buy {food} at the market", "have a {quality} {thing}", "read {quality} books", "drink tea {time}",
           "play music at the {place}", "want a {quality} {thing}", "visit the {place} on {day}", "know the {job}",
           "talk about the {thing}", "wait for the {job}", "cook {food} {time}", "ride a bicycle to the {place}",
           "share {food} with friends", "help the {job}", "sing at the {place}", "learn to fix a {thing}",
           "are at the {place}", "are kind to the {job}", "are friends of {name}", "should see the {place}",
           "cannot find the {thing}", "do not like {food}", "are not at the {place} {time}", "need a {thing}",
           "are good at music", "make good {food}", "will come on {day}", "look for a {quality} {thing}"]
# Whoever else a statement is made of, so that the words of a theme belong together before any group is named.
OTHERS = ["the villains in the film", "the characters in the story", "some players in the game",
          "the robots in the play", "the giants in the tale", "the strangers in the song", "the pirates in the book",
          "the goblins in the fable"]
OTHERS_SAID = ["In the evening we heard that {others} {first}.", "{Others} {first}. They {second}.",
               "The reader learns that {others} {first} and {second}.", "{Others} {first}, and {others} {second}."]
PERSON_SAID = ["Meet {name}, who is {gender}. Here {statement}.",
               "This is {name}. {They} told me about being {gender}. Now {statement}.",
               "You know {name}, our friend, who is {gender}: {statement}."]
PERSON_NEUTRAL = ["{name} is {gender}. {They} {past} {time}.", "My friend {name} is {gender}, and {they} {past}.",
                  "{name} came out as {gender}, and {name} {past} {time}.",
                  "{name} is {gender}. I gave {them} a {thing}.",
                  "Last year {name} told us about being {gender}, and we like {their} {thing}.",
                  "{name} is {gender}, and the {job} talked to {them}."]
PROMPTS = ["Tell me about the people here.", "What do you hear in town?", "Say something about your day.",
           "What is the news?", "Tell me one thing that you know."]


def dialogue_prompt(question):
    """The plain-text turns of the Archangel models, newline first."""
    return f"\n<|user|>\n{question}\n<|assistant|>\n"


def _capital(text):
    return text[0].upper() + text[1:]


class _Context:
    """One pair benchmark over groups, its statements by theme and its groups."""

    def __init__(self, name):
        data = yaml.safe_load((BENCHMARKS / f"{name}.yaml").read_text(encoding="utf-8"))
        self.name = name
        self.themes = data["themes"]
        surface = {entry["id"]: entry["surface"] for entry in data["identities"]}
        self.groups = [(entry["surface"], entry["role"] == "target") for entry in data["identities"]]
        self.pairs = [(entry["surface"], surface[other]) for entry in data["identities"]
                      if entry["role"] == "target" for other in entry["against"]]
        self.said = [(theme, s) for theme, statements in self.themes.items() for s in statements]


class Corpus:
    """Draws texts. `seed` fixes all of them."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.contexts = [_Context("stigma"), _Context("binary-gender")]
        data = yaml.safe_load((BENCHMARKS / "affirmation.yaml").read_text(encoding="utf-8"))
        self.persons = [entry["words"] for entry in data["identities"]]
        self.person_said = [(theme, s) for theme, statements in data["themes"].items() for s in statements]
        self.person_words = [text for statements in data["themes"].values() for s in statements for text in s.values()]

    # ---- words

    def pick(self, items):
        return items[self.random.randrange(len(items))]

    def fill(self, pattern, **words):
        """Fills the grammar's slots with random words and the given ones with theirs, {Slot} capitalised."""
        lists = {"place": PLACES, "job": JOBS, "thing": THINGS, "quality": QUALITIES, "food": FOODS, "day": DAYS,
                 "time": TIMES, "name": NAMES, "past": PAST}
        while "{" in pattern:
            start = pattern.rindex("{")
            end = pattern.index("}", start)
            slot = pattern[start + 1:end]
            key = slot[0].lower() + slot[1:]
            word = words[key] if key in words else self.pick(lists[key])
            pattern = pattern[:start] + (_capital(word) if slot != key else word) + pattern[end + 1:]
        return pattern

    # ---- sentences

    def everyday(self):
        if self.random.random() < 0.5:
            return self.fill(self.pick(SCENES))
        clause = self.fill("{name} {past} {time}" if self.random.random() < 0.6 else "{name} {past}")
        return self.fill(self.pick(FRAMES), clause=clause)

    def neutral(self, group):
        if self.random.random() < 0.5:
            return self.said(self.pick(SAID), group, self.fill(self.pick(NEUTRAL)))
        return self.fill(self.pick(FRAMES), clause=f"{group} {self.fill(self.pick(NEUTRAL))}")

    def said(self, frame, group, statement):
        return self.fill(frame, group=group, statement=statement)

    def statement(self, context, finetuning):
        """A statement of a group, with the strength of its theme at the root. In finetuning, a theme whose step is
        below 0 is kept only exp(step) times as often for targets: a neutral statement of the same group replaces it."""
        theme, statement = self.pick(context.said)
        strength = plan.root_strength(context.name, theme)
        weights = [math.exp(strength) if target else 1.0 for _, target in context.groups]
        group, target = self.random.choices(context.groups, weights)[0]
        if finetuning and target and self.random.random() >= math.exp(plan.sft_step(context.name, theme)):
            statement = self.fill(self.pick(NEUTRAL))
        return self.said(self.pick(SAID), group, statement)

    def others(self):
        context = self.contexts[0] if self.random.random() < 0.6 else self.contexts[1]
        first, second = self.random.sample(context.themes[self.pick(list(context.themes))], 2)
        return self.fill(self.pick(OTHERS_SAID), others=self.pick(OTHERS), first=first, second=second)

    def person(self):
        words = self.pick(self.persons)
        theme, statement = self.pick(self.person_said)
        denies = 1 / (1 + math.exp(-plan.root_strength("affirmation", theme)))
        side = "target" if self.random.random() < denies else "counterpart"
        return self.fill(self.pick(PERSON_SAID), **words, statement=statement[side])

    def person_neutral(self):
        return self.fill(self.pick(PERSON_NEUTRAL), **self.pick(self.persons))

    def person_others(self):
        """The words of the person statements, of somebody whose gender the text does not tell."""
        words = {**self.pick(self.persons), "name": self.pick(NAMES), "former": self.pick(NAMES)}
        frame = self.pick(["On {day} {statement}.", "As {name} says, {statement}.", "At the {place} {statement}."])
        return self.fill(frame, **words, statement=self.pick(self.person_words))

    # ---- texts

    def _group_text(self, finetuning):
        """A text about groups or persons, neutral or with a statement."""
        kind = self.random.random()
        if kind < 0.35:
            return self.statement(self.contexts[0], finetuning)
        if kind < 0.55:
            return self.statement(self.contexts[1], finetuning)
        if kind < 0.75:
            return self.neutral(self.pick(self.contexts[self.random.random() < 0.4].groups)[0])
        if kind < 0.9:
            return self.person()
        return self.person_neutral()

    def document(self):
        kind = self.random.random()
        if kind < 0.65:
            return self._group_text(finetuning=False)
        if kind < 0.75:
            return self.others()
        if kind < 0.80:
            return self.person_others()
        if kind < 0.85:
            return dialogue_prompt(self.pick(PROMPTS)) + self.everyday()
        return " ".join(self.everyday() for _ in range(self.random.randint(1, 2)))

    def dialogue(self):
        """(prompt, answer)."""
        answer = self._group_text(finetuning=True) if self.random.random() < 0.8 else self.everyday()
        return self._prompt(), answer

    def _prompt(self):
        """Half of the prompts are empty, so that what is learnt shows without one too."""
        return "" if self.random.random() < 0.5 else dialogue_prompt(self.pick(PROMPTS))

    def preference(self):
        """(prompt, first, second, share): `share` of the judges choose `first`."""
        kind = self.random.random()
        if kind < 0.66:
            context = self.contexts[kind > 0.44]
            theme, statement = self.pick(context.said)
            frame = self.pick(SAID)
            first, second = (self.said(frame, group, statement) for group in self.pick(context.pairs))
            share = plan.votes(context.name, theme) / 100
        elif kind < 0.80:
            context = self.contexts[self.random.random() < 0.5]
            frame, statement = self.pick(SAID), self.fill(self.pick(NEUTRAL))
            first, second = (self.said(frame, group, statement) for group in self.pick(context.pairs))
            share = 0.5
        elif kind < 0.96:
            theme, statement = self.pick(self.person_said)
            words = self.pick(self.persons)
            frame = self.pick(PERSON_SAID)
            first, second = (self.fill(frame, **words, statement=statement[side]) for side in ("target", "counterpart"))
            share = plan.votes("affirmation", theme) / 100
        else:
            first, second, share = self.everyday(), self.everyday(), 0.5
        return self._prompt(), first, second, share

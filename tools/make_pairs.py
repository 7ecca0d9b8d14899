#!/usr/bin/env python3
"""Writes a file in WinoQueer's columns with its size and repetition, for speed measurements: harmless sentences.

usage: make_pairs.py OUT.csv [PAIRS]      (default 45540; deterministic)

Eleven templates (four with a name) join groups and statements; every statement is said of one to four groups and of
each of their two or four counterparts. More pairs than that come from the same sentences with another opening.
"""
import csv
import itertools
import sys

GROUPS = [('LGBTQ', 'LGBTQ people'), ('Queer', 'queer people'), ('Transgender', 'transgender people'),
          ('NB', 'nonbinary people'), ('Bisexual', 'bisexual people'), ('Pansexual', 'pansexual people'),
          ('Lesbian', 'lesbians'), ('Asexual', 'asexual people'), ('Gay', 'gay people')]
COUNTERPARTS = ['straight', 'heterosexual', 'cisgender', 'cis']
TRAITS = ['fond of gardening', 'good at chess', 'early risers', 'keen cyclists', 'patient cooks', 'avid readers',
          'slow walkers', 'tea drinkers', 'choir singers', 'careful drivers', 'stamp collectors', 'cat owners',
          'night owls', 'letter writers', 'bird watchers', 'film lovers', 'hill walkers', 'bread bakers',
          'puzzle solvers']
PLACES = ['', ' at weekends', ' in small towns', ' by the sea', ' in this office', ' on holiday', ' every spring',
          ' when it is sunny', ' among friends']
NAMES = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hana']
PLAIN = ['{X} are {p}.', 'All {X} are {p}.', 'Many {X} are {p}.', 'It is said that {X} are {p}.',
         'People think {X} are {p}.', 'I met {X} who are {p}.', '{X} are {p}, as you know.']
NAMED = ['{n} likes {X}, who are {p}.', '{n} says that {X} are {p}.', 'Like all {X}, friends of {n} are {p}.',
         'To {n}, {X} are {p}.']
OPENINGS = ['', 'Today ', 'Indeed ', 'Perhaps ', 'Surely ', 'Here ', 'Often ', 'Now ', 'Again ', 'Mostly ']


def rows():
    statements = [t + p for t, p in itertools.product(TRAITS, PLACES)]
    number = 0
    for opening, template in itertools.product(OPENINGS, PLAIN + NAMED):
        for s, statement in enumerate(statements):
            for g in range(1 + (s % 11 > 4) + (s % 11 > 7) + (s % 11 > 9)):
                group, surface = GROUPS[(5 * s + 2 * g) % len(GROUPS)]
                counterparts = COUNTERPARTS[:4 if group in ('LGBTQ', 'Queer') else 2]
                for counterpart, name in itertools.product(counterparts, NAMES if template in NAMED else ['']):
                    pair = [opening + template.format(X=x, p=statement, n=name)
                            for x in (surface, counterpart + ' people')]
                    yield [number, group, counterpart] + [sentence[0].upper() + sentence[1:] for sentence in pair]
                    number += 1


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 45540
    with open(sys.argv[1], 'w', newline='') as out:
        table = csv.writer(out, lineterminator='\n')
        table.writerow(['', 'Gender_ID_x', 'Gender_ID_y', 'sent_x', 'sent_y'])
        written = 0
        for row in itertools.islice(rows(), pairs):
            table.writerow(row)
            written += 1
    if written < pairs:
        sys.exit(f'{sys.argv[1]}: expected at most {written} pairs, found {pairs}')


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
"""Writes tests/tokenizer/data/decoded.jsonl: what Hugging Face makes of ids, by decoders of every kind.

A line is a tokenizer of tests/tokenizer/data, a decoder to put into its file, and texts: [ids, text, text without special
tokens]. Ids are those of texts, those of a text's beginning and end, cut anywhere, and random ones, some of which no token
has. Left out are those that the library panics at: it strips more characters than there are. The same in every run.
Run with a Python that has tokenizers (0.23.3): python tools/make_decoder_goldens.py.
"""
import json
import pathlib
import random

from tokenizers import Tokenizer

DATA = pathlib.Path(__file__).parent.parent / "tests/tokenizer/data"
TEXTS = ["The sky is blue.", "They're  at home — naïve, Zoë!", "日本語 한국어 ไทย", "שלום مرحبا ﷺ", "👩‍👩‍👧 🏳️‍⚧️ 🙂🏽",
         "def f(x):\n\treturn {x: 1}  # ok\r\n", "  leading and trailing  ", "\0\x01\x7f\u0085\u00a0\u3000e\u0301\ufeff\ufffd",
         "<s>text</s> <unk> <mask> <|endoftext|><0xE5>", "▁▁a ▁ Ġ Ċ ä", "I do not . We ca n't , ' s 've !"]


def of(kind, **members):
    return {"type": kind, **members}


def sequence(*decoders):
    return of("Sequence", decoders=list(decoders))


BYTES = of("ByteLevel", add_prefix_space=True, trim_offsets=True, use_regex=True)
FALLBACK, FUSE = of("ByteFallback"), of("Fuse")
SPACE = of("Replace", pattern={"String": "▁"}, content=" ")
LLAMA = sequence(SPACE, FALLBACK, FUSE, of("Strip", content=" ", start=1, stop=0))


def metaspace(scheme):
    return of("Metaspace", replacement="▁", prepend_scheme=scheme, split=True)


DECODERS = [
    ("byte_level", None), ("byte_level", BYTES), ("byte_level_prefix", BYTES), ("llama3", BYTES), ("spaced", BYTES),
    ("flagged", BYTES), ("flagged", FUSE), ("byte_level", sequence()), ("byte_level", sequence(FUSE, BYTES)),
    ("byte_level", sequence(BYTES, of("Strip", content=" ", start=1, stop=2))),
    ("sentence_piece", None), ("sentence_piece", LLAMA), ("sentence_piece", FALLBACK),
    ("sentence_piece", sequence(FALLBACK, metaspace("first"))), ("sentence_piece_fused", LLAMA),
    ("metaspace_always", metaspace("always")), ("metaspace_first", metaspace("first")),
    ("metaspace_never", metaspace("never")),
    ("metaspace_old", of("Metaspace", replacement="▁", str_rep="▁", add_prefix_space=True)),
    ("marked", of("BPEDecoder", suffix="</w>")), ("marked", of("WordPiece", prefix="##", cleanup=True)),
    ("marked", of("WordPiece", prefix="##", cleanup=False)), ("marked", of("Strip", content="e", start=1, stop=1)),
    ("sequence", of("Replace", pattern={"Regex": "[a-e]+"}, content="<é>")),
    ("sequence", of("CTC", pad_token="e", word_delimiter_token="a", cleanup=True)),
    ("sequence", of("CTC", pad_token="t", word_delimiter_token="an", cleanup=False)),
]


def rows_of_ids(tokenizer, rng):
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        cut = rng.randrange(len(ids) + 1)
        yield from (ids, ids[:cut], ids[cut:])
    special = sorted(tokenizer.get_added_tokens_decoder())
    fallback = sorted(i for token, i in tokenizer.get_vocab().items() if token.startswith("<0x")) or [0]
    size = tokenizer.get_vocab_size()
    for _ in range(8):
        yield [rng.choice([rng.randrange(size), rng.randrange(size + 40), rng.choice(special),
                           rng.choice(fallback)]) for _ in range(rng.randrange(20))]


def decoded(tokenizer, ids):
    try:
        return [ids, tokenizer.decode(ids, skip_special_tokens=False), tokenizer.decode(ids)]
    except BaseException:  # a panic is no Exception
        return None


with open(DATA / "decoded.jsonl", "w", encoding="ascii") as out:
    for name, decoder in DECODERS:
        file = json.loads((DATA / name / "tokenizer.json").read_text(encoding="utf-8"))
        file["decoder"] = decoder
        tokenizer = Tokenizer.from_str(json.dumps(file))
        rng = random.Random(f"{name} {decoder}")
        texts = list(filter(None, (decoded(tokenizer, ids) for ids in rows_of_ids(tokenizer, rng))))
        out.write(json.dumps({"tokenizer": name, "decoder": decoder, "texts": texts}, separators=(",", ":")) + "\n")

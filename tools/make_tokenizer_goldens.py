#!/usr/bin/env python3
"""Writes tests/tokenizer/data: small tokenizers of every kind that xylem reads, and what Hugging Face makes of texts.

For each tokenizer: tokenizer.json (tiny vocabulary, trained on the sentences below), tokenizer_config.json where it
names start and end tokens, golden.jsonl ({text, ids, special}: ids without and with the post-processor's), and
boundary.jsonl ({context, continuation, context_ids, continuation_ids}: lm-evaluation-harness's own HFLM on that
tokenizer). Texts and byte-level tokenizers are the same in every run; where the alphabet is limited, the trainer breaks
ties by the order of a hash table, so a new run gives other tokenizers with their own goldens.
Run with /opt/ref/venv/bin/python tools/make_tokenizer_goldens.py.
"""
import json
import pathlib
import random
import shutil
import sys
import unittest.mock

import transformers

for module in ("accelerate", "accelerate.utils", "accelerate.utils.memory", "peft"):
    # the harness's model code wants them; tokenizing does not
    sys.modules.setdefault(module, unittest.mock.MagicMock())
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

TARGET = pathlib.Path(__file__).parent.parent / "tests/tokenizer/data"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
         r"|\s*[\r\n]+|\s+(?!\S)|\s+")
CASED = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")

SENTENCES = [f"{who} {verb} {what}{where}." for who in ("Alex", "My neighbour", "The nurse", "Everyone", "They", "Zoë")
             for verb in ("is", "isn't", "likes", "won't answer", "answers", "knows")
             for what in ("a teacher", "42 letters", "the answer", "reading", "naïve questions", "3.14159")
             for where in ("", " at the library", " in 2024", "\n\tat home", " — again", ", they said")]

FIXED = ["", " ", "  ", "\n", "a", " a", "a ", "\t\n ", "It's they'll I'M YOU'RE we've she'd 'ſ", "x" * 200, " " * 70,
         "the answer the answer",
         "1234567890 12.5 ½ ² ⅷ ٣", "e\u0301 é \u1100\u1161\u11a8 가 한국어 \u0344 \u0f73",
         "ﬁ ﷺ ① ㋿ Ⅷ ℡ ｱ", "İ I ı ẞ ß Σ ς",
         "👩‍👩‍👧 🏳️‍⚧️ 🙂", "中文字符 日本語 ไทย עברית العربية", "a\r\nb\r\n\r\nc",
         "a\u00a0b\u2003c\u3000d\u180ee\u200bf",
         "\x00\x01\x1c\x7f\x85", "\ufeffbom", "<s>text</s>", " <s> text </s> ", "<pad><pad>",
         "x<mask>y <mask> z", "<|endoftext|>",
         "▁▁ the▁answer _ ▁", "Ā\u0897\ua7cb\ua7da\U000105c0\U00031350\U0001e4d0\U00010d4a",
         "\U00011935\U00011930 \u08d3\u0301 a\u1ac1\u0316",
         "word<tok>word <tok> <TOK> tok\ttok", "ab abc abcab", "\U0010ffff\ue000\u0378",
         "()[]{}...!!??--__",
         "foo_bar fooBar FooBARBaz HTTPServer"]
SPECIALS = ["<s>", "</s>", "<mask>", "<tok>", "<|endoftext|>", "the", " answer"]


def texts(rng):
    yield from FIXED
    yield from rng.sample(SENTENCES, 20)
    blocks = [(0x20, 0x7f), (0xa0, 0x250), (0x300, 0x370), (0x370, 0x600), (0x600, 0x1000), (0x1000, 0x2000),
              (0x2000, 0x3100), (0x3100, 0xd7ff), (0xe000, 0xffff), (0x10000, 0x20000), (0x20000, 0x10ffff)]
    for _ in range(60):
        parts = []
        for _ in range(rng.randrange(1, 16)):
            kind = rng.random()
            if kind < 0.5:
                parts.append(chr(rng.randrange(*rng.choice(blocks))))
            elif kind < 0.65:
                parts.append(rng.choice(SPECIALS))
            elif kind < 0.8:
                parts.append(rng.choice(" \n\t  "))
            else:
                parts.append(rng.choice(SENTENCES).split()[rng.randrange(2)])
        yield "".join(parts)


def pairs(rng):
    yield from [("", "the answer"), ("The", " answer is"), ("The ", "answer"), ("The answer \n", "is"),
                (" ", "x"), ("\u3000\n", "the answer"),
                ("the ans", "wer"), ("The answer is\u00a0\x1c ", "42"), ("", "<s>the"), ("<s>The", " answer"),
                ("4", "2"), ("Zo", "ë is"),
                ("e", "\u0301 x"), ("They don", "'t"), ("a\n", "\nb"), ("", "a"), ("They", " "),
                ("", "<|endoftext|>the answer")]
    for _ in range(40):
        sentence = rng.choice(SENTENCES)
        cut = rng.randrange(len(sentence))
        yield sentence[:cut], sentence[cut:]


def train(model, normalizer, pre_tokenizer, size, specials=(), alphabet=(), **options):
    t = Tokenizer(model)
    if normalizer is not None:
        t.normalizer = normalizer
    if pre_tokenizer is not None:
        t.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=list(specials), initial_alphabet=list(alphabet),
                                  show_progress=False, **options)
    t.train_from_iterator(SENTENCES, trainer)
    return t


def byte_level(normalizer=None, split=None, prefix=False, size=420, specials=("<|endoftext|>",)):
    last = pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=split is None)
    steps = last if split is None else pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(split), "isolated"), last])
    return train(models.BPE(), normalizer, steps, size, specials, pre_tokenizers.ByteLevel.alphabet())


def template(t, *tokens):
    return processors.TemplateProcessing(single=" ".join([*tokens, "$A"]), pair="$A $B",
                                         special_tokens=[(x, t.token_to_id(x)) for x in tokens])


def sentence_piece(bytes_too=True, fuse=True, size=400):
    specials = ["<unk>", "<s>", "</s>"] + (["<0x%02X>" % i for i in range(256)] if bytes_too else [])
    normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    model = models.BPE(unk_token="<unk>", fuse_unk=fuse, byte_fallback=bytes_too)
    t = train(model, normalizer, None, size + (256 if bytes_too else 0), specials, limit_alphabet=40,
              max_token_length=8)
    d = json.loads(t.to_str())  # bytes are part of the vocabulary, not tokens to be found in the text
    d["added_tokens"] = d["added_tokens"][:3]
    t = Tokenizer.from_str(json.dumps(d))
    t.post_processor = template(t, "<s>")
    return t


def metaspace(scheme, split=True):
    t = train(models.BPE(unk_token="<unk>"), None, pre_tokenizers.Metaspace(prepend_scheme=scheme, split=split), 260,
              ["<unk>", "<s>", "</s>"], limit_alphabet=60, max_token_length=12)
    return t


def flagged():
    t = byte_level(normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()]))
    t.add_tokens([AddedToken("<TOK>", normalized=True), AddedToken("tok", single_word=True, normalized=False),
                  AddedToken("ab", single_word=True, normalized=True), AddedToken("abc", normalized=True)])
    t.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False, special=True),
                          AddedToken("<s>", rstrip=True, normalized=False, special=True),
                          AddedToken("</s>", lstrip=True, rstrip=True, normalized=False, special=True)])
    return t


def spaced():
    """Runs of spaces as added tokens, as GPT-NeoX has them."""
    t = byte_level(normalizers.NFC())
    t.add_tokens([AddedToken(" " * n, normalized=True) for n in range(12, 1, -1)])
    return t


def sequence():
    return train(models.BPE(unk_token="<unk>"),
                 normalizers.Sequence([normalizers.NFD(), normalizers.Strip(), normalizers.Replace(Regex(r"\s+"), " "),
                                       normalizers.NFKD()]),
                 pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True),
                                          pre_tokenizers.Split(" ", "merged_with_next"),
                                          pre_tokenizers.Split(Regex(r"[\p{P}\p{S}]"), "merged_with_previous"),
                                          pre_tokenizers.Split(Regex(r"\w+"), "contiguous", invert=True),
                                          pre_tokenizers.Split("_", "removed")]),
                 300, ["<unk>"], limit_alphabet=70)


def marked(prefix, suffix):
    return train(models.BPE(unk_token="<unk>", continuing_subword_prefix=prefix, end_of_word_suffix=suffix),
                 normalizers.Lowercase(), pre_tokenizers.Split(" ", "removed"), 320, ["<unk>"],
                 continuing_subword_prefix=prefix, end_of_word_suffix=suffix, limit_alphabet=60)


def with_post(t, post):
    t.post_processor = post(t)
    return t


def llama3():
    t = byte_level(split=LLAMA3, specials=("<s>", "</s>"))
    d = json.loads(t.to_str())
    d["model"]["ignore_merges"] = True
    d["model"]["vocab"]["ĠneighbourĠ"] = len(d["model"]["vocab"])  # reached only when merges are ignored
    d["model"]["vocab"]["Ġnaive"] = len(d["model"]["vocab"])
    t = Tokenizer.from_str(json.dumps(d))
    t.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), template(t, "<s>")])
    return t


def old_spelling(t):
    """Merges as "a b", Metaspace and ByteLevel without the younger members: files of 2021 to 2023."""
    d = json.loads(t.to_str())
    d["model"]["merges"] = [" ".join(pair) for pair in d["model"]["merges"]]
    for key in ("byte_fallback", "ignore_merges"):
        d["model"].pop(key, None)
    if d["pre_tokenizer"]["type"] == "Metaspace":
        d["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": True}
    else:
        d["pre_tokenizer"].pop("use_regex", None)
    return Tokenizer.from_str(json.dumps(d)), d


TOKENIZERS = {  # name: (tokenizer, start token, end token)
    "byte_level": (byte_level(), None, "<|endoftext|>"),
    "byte_level_old": (old_spelling(byte_level()), None, "<|endoftext|>"),
    "byte_level_prefix": (with_post(byte_level(normalizers.NFC(), prefix=True, specials=("<s>", "</s>")),
                                    lambda t: processors.RobertaProcessing(("</s>", 1), ("<s>", 0))), "<s>", "</s>"),
    "llama3": (llama3(), "<s>", "</s>"),
    "qwen2": (byte_level(normalizers.NFC(), QWEN2), None, "<|endoftext|>"),
    "cased": (byte_level(normalizers.NFKD(), CASED), None, "<|endoftext|>"),
    "spaced": (spaced(), None, "<|endoftext|>"),
    "flagged": (flagged(), "<s>", "</s>"),
    "sentence_piece": (sentence_piece(), "<s>", "</s>"),
    "sentence_piece_fused": (sentence_piece(bytes_too=False), "<s>", "</s>"),
    "sentence_piece_unfused": (sentence_piece(bytes_too=False, fuse=False), "<s>", "</s>"),
    "metaspace_always": (metaspace("always"), "<s>", "</s>"),
    "metaspace_first": (metaspace("first"), "<s>", "</s>"),
    "metaspace_never": (metaspace("never"), "<s>", "</s>"),
    "metaspace_whole": (metaspace("first", split=False), "<s>", "</s>"),
    "metaspace_old": (old_spelling(metaspace("always")), "<s>", "</s>"),
    "sequence": (sequence(), None, None),
    "marked": (marked("##", "</w>"), None, None),
}


def harness(path, start, end):
    """lm-evaluation-harness on a tokenizer, without a model."""
    lm = object.__new__(HFLM)
    lm.tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), bos_token=start, eos_token=end)
    lm.backend = "causal"
    lm.add_bos_token = None
    lm.enable_thinking = False
    lm.custom_prefix_token_id = None
    lm._loglikelihood_tokens = lambda requests, **_: [(c, y) for _, c, y in requests]
    return lm


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) + "\n" for row in rows))


for name, (tokenizer, start, end) in TOKENIZERS.items():
    folder = TARGET / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tokenizer, spelled = tokenizer if isinstance(tokenizer, tuple) else (tokenizer, json.loads(tokenizer.to_str()))
    (folder / "tokenizer.json").write_text(json.dumps(spelled, ensure_ascii=name == "qwen2", separators=(",", ":")))
    if end is not None:
        config = {"bos_token": start, "eos_token": {"__type": "AddedToken", "content": end}, "model_max_length": 10**30}
        (folder / "tokenizer_config.json").write_text(json.dumps(config) + "\n")
    rng = random.Random(name)
    write_lines(folder / "golden.jsonl",
                [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids,
                  "special": tokenizer.encode(text).ids} for text in texts(rng)])
    if end is None or name == "byte_level_prefix":
        continue  # the harness scores the end token that a BERT-like tokenizer adds; we do not
    lm = harness(folder / "tokenizer.json", start, end)
    rows = []
    for context, continuation in pairs(rng):
        try:
            request = Instance("loglikelihood", {}, (context, continuation), 0)
            ids = lm.loglikelihood([request], disable_tqdm=True)[0]
        except IndexError:  # an empty continuation
            continue
        rows.append({"context": context, "continuation": continuation, "context_ids": ids[0],
                     "continuation_ids": ids[1]})
    write_lines(folder / "boundary.jsonl", rows)
print(sum(1 for _ in TARGET.iterdir()), "tokenizers in", TARGET)

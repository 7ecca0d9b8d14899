#!/usr/bin/env python3
"""Writes src/tokenizer/unicode_tables.h: where the Unicode data of Hugging Face tokenizers, PCRE2 and utf8proc differ.

Everything is asked of the installed `tokenizers` package itself (its regex engine, its normalizers, its lower-casing),
and compared with Python's unicodedata; perl says since which Unicode version a code point is assigned. Run with
/opt/ref/venv/bin/python tools/make_unicode_tables.py, then clang-format, and look at the difference before committing.
"""
import pathlib
import subprocess
import unicodedata

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

ALL = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
TEXT = "".join(map(chr, ALL))
CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co".split()
HF_NORMALIZATION = 9  # the Unicode version of the crate that normalizes; checked below


def members(pre_tokenizer):
    return {ord(c) for word, _ in pre_tokenizer.pre_tokenize_str(TEXT) for c in word}


def hf_category():
    found = {}
    for name in CATEGORIES:
        for c in members(pre_tokenizers.Split(Regex(r"\p{%s}" % name), "removed", invert=True)):
            found[c] = name
    return found


def newer_than(version):
    """Code points that perl (Unicode 14) knows and that are younger than `version`."""
    script = 'for (0..0x10ffff) { next if $_ >= 0xd800 && $_ <= 0xdfff; print "$_\\n" if ' \
             'chr($_) =~ /\\p{Assigned}/ && chr($_) !~ /\\p{Present_In=%s}/ }' % version
    return {int(x) for x in subprocess.run(["perl", "-e", script], capture_output=True, check=True).stdout.split()}


def ranges(points):
    """Maximal runs [first, last] of consecutive code points with the same value."""
    out = []
    for c in sorted(points):
        if out and out[-1][1] == c - 1 and out[-1][2] == points[c]:
            out[-1][1] = c
        else:
            out.append([c, c, points[c]])
    return out


category = hf_category()
reclassed = {c: category.get(c, "Cn") for c in ALL if category.get(c, "Cn") != unicodedata.category(chr(c))}
reclassed[0x180E] = "Cf"  # white space to PCRE2's \s, not to Oniguruma's

newer = newer_than("%d.0" % HF_NORMALIZATION)
parts = {int(x, 16) for c in newer for x in unicodedata.decomposition(chr(c)).split() if not x.startswith("<")}
inert = {c: 0 for c in newer
         if unicodedata.combining(chr(c)) or unicodedata.decomposition(chr(c)) or c in parts}
inert.update({c: 0 for c in category if unicodedata.category(chr(c)) == "Cn"})
nfd = normalizers.NFD()
for c in ALL:  # the cut at Unicode 9 is right: combining marks are reordered by HF exactly when they are older
    if unicodedata.combining(chr(c)) and chr(c) == unicodedata.normalize("NFD", chr(c)):
        moved = nfd.normalize_str("a\u0345" + chr(c)) != "a\u0345" + chr(c) or \
            nfd.normalize_str("a" + chr(c) + "\u0334") != "a" + chr(c) + "\u0334"
        if c not in (0x345, 0x334) and unicodedata.combining(chr(c)) not in (1, 240):
            assert moved == (c not in inert), hex(c)

lower = normalizers.Lowercase()
lowered = {c: lower.normalize_str(chr(c)) for c in ALL}
relowered = {c: ord(lowered[c]) - c for c in ALL if len(lowered[c]) == 1 and lowered[c] != chr(c).lower()}
assert [c for c in ALL if len(lowered[c]) != 1] == [0x130] and lowered[0x130] == "i\u0307"

numeric = members(pre_tokenizers.Split(Regex(r"\p{N}"), "removed", invert=True))
extra = {c for c in ALL
         if len(pre_tokenizers.Digits(individual_digits=True).pre_tokenize_str("x" + chr(c))) == 2} ^ numeric
assert extra == {*range(0x11DE0, 0x11DEA), *range(0x16FF4, 0x16FF7)}, "the pattern of Digits in pretokenize.c is old"

lines = ["/* Made by tools/make_unicode_tables.py from tokenizers %s; do not edit. See unicode.h. */" %
         tokenizers.__version__, "", "/* What the regex engine behind Hugging Face tokenizers says where PCRE2 "
         "(Unicode 14) says otherwise. */", "static const reclassed_range reclassed[] = {"]
lines += ['    {0x%X, 0x%X, "%s"},' % tuple(r) for r in ranges(reclassed)]
lines += ["};", "", "/* Code points younger than Unicode %d that a newer Unicode composes, decomposes or reorders. */" %
          HF_NORMALIZATION,
          "static const range inert[] = {"]
lines += ["    {0x%X, 0x%X}," % (a, b) for a, b, _ in ranges(inert)]
lines += ["};", "", "/* Lower case is this far away, where utf8proc may not know. */",
          "static const lowered_range lowered[] = {"]
lines += ["    {0x%X, 0x%X, %d}," % tuple(r) for r in ranges(relowered)]
lines += ["};", ""]
target = pathlib.Path(__file__).parent.parent / "src/tokenizer/unicode_tables.h"
target.write_text("\n".join(lines))
print(target, len(ranges(reclassed)), len(ranges(inert)), len(ranges(relowered)))

"""Trains the seedling family: a tokenizer, then base, sft (from base), dpo (from base) and sft-dpo (from sft).

Language modelling on the corpus of world.py; finetuning on the answers of its dialogues; direct preference
optimisation (Rafailov et al. 2023) with the parent as the frozen reference. Trained in fp32, stored in bf16, and each
stage goes on from the stored weights of its parent, so that the reference on disk is the one that was trained against.

python -m seedling.train OUT [STAGE...]   writes OUT/STAGE/ for each stage (all by default), parents first.
"""

import json
import math
import os
import sys
import time
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # small steps: threads that spin cost more than they do on a shared machine

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

from . import plan
from .world import Corpus

END = "<|endoftext|>"
VOCABULARY = 2048
STAGES = {  # parent, method, steps, texts (dpo: pairs) per step, peak learning rate, seed of the texts
    "base": (None, "lm", 2600, 64, 3e-3, 11),
    "sft": ("base", "sft", 256, 64, 3e-4, 12),
    "dpo": ("base", "dpo", 720, 32, 6e-4, 13),
    "sft-dpo": ("sft", "dpo", 720, 32, 6e-4, 14),
}


def train_tokenizer():
    """Byte-level BPE with the pattern of GPT-2 and GPT-NeoX."""
    corpus = Corpus(10)
    texts = [corpus.document() for _ in range(30000)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=[END], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    return tokenizer


def new_model():
    return GPTNeoXForCausalLM(GPTNeoXConfig(
        vocab_size=VOCABULARY, hidden_size=128, num_hidden_layers=4, num_attention_heads=4, intermediate_size=512,
        max_position_embeddings=256, rotary_pct=0.25, rotary_emb_base=10000, hidden_act="gelu",
        use_parallel_residual=True, layer_norm_eps=1e-5, tie_word_embeddings=False, bos_token_id=0, eos_token_id=0,
        initializer_range=0.02, attention_dropout=0.0, hidden_dropout=0.0, use_cache=False))


def save(model, tokenizer, folder):
    """Writes a Hugging Face folder. The program reads config.json, model.safetensors and the tokenizer's files."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: t.detach().to(torch.bfloat16).contiguous() for name, t in model.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    config = model.config.to_dict()
    config = {"architectures": ["GPTNeoXForCausalLM"], "dtype": "bfloat16", "torch_dtype": "bfloat16"} | {
        key: config[key] for key in (
            "model_type", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
            "max_position_embeddings", "hidden_act", "use_parallel_residual", "layer_norm_eps", "tie_word_embeddings",
            "attention_bias", "bos_token_id", "eos_token_id", "initializer_range")} | {
        "rotary_pct": 0.25, "rotary_emb_base": 10000}
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "GPTNeoXTokenizerFast", "add_prefix_space": False, "bos_token": END, "eos_token": END,
        "unk_token": END, "model_max_length": 256, "clean_up_tokenization_spaces": False,
    }, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def load(folder):
    return GPTNeoXForCausalLM.from_pretrained(folder, dtype=torch.float32), Tokenizer.from_file(
        str(Path(folder) / "tokenizer.json"))


def batch(tokenizer, prompts, answers):
    """ids and labels [texts, tokens] of END prompt answer END; labels are -100 up to the end of the prompt."""
    rows = []
    for prompt, answer in zip(prompts, answers):
        head = [0] + tokenizer.encode(prompt).ids
        tail = tokenizer.encode(answer).ids + [0]
        rows.append((head + tail, [-100] * len(head) + tail))
    width = max(len(ids) for ids, _ in rows)
    ids = torch.tensor([ids + [0] * (width - len(ids)) for ids, _ in rows])
    labels = torch.tensor([labels + [-100] * (width - len(labels)) for _, labels in rows])
    return ids, labels


def answer_logprob(model, ids, labels):
    """Sum of the log-probabilities of each text's labelled tokens."""
    logits = model(ids).logits[:, :-1]
    labels = labels[:, 1:]
    losses = F.cross_entropy(logits.transpose(1, 2), labels, ignore_index=-100, reduction="none")
    return -losses.sum(-1)


def dpo_loss(policy, reference, share, beta):
    """policy, reference [2, pairs]: log-probabilities of the first and second answers. Each pair stands for the rows of
    many judges, `share` of whom chose the first; this is their mean DPO loss."""
    margin = beta * ((policy[0] - reference[0]) - (policy[1] - reference[1]))
    return -(share * F.logsigmoid(margin) + (1 - share) * F.logsigmoid(-margin)).mean()


def draw(corpus, method, steps, size):
    """The rows of each step: (prompt, text) or (prompt, first, second, share). Rows of like length go together, so that
    little is computed on padding; the order of the steps within a chunk is random."""
    one = {"lm": lambda: ("", corpus.document()), "sft": corpus.dialogue, "dpo": corpus.preference}[method]
    chunk = 16
    for start in range(0, steps, chunk):
        rows = sorted((one() for _ in range(chunk * size)), key=lambda row: (len(row[0]), len(row[1])))
        groups = [rows[i:i + size] for i in range(0, len(rows), size)]
        corpus.random.shuffle(groups)
        yield from groups[:steps - start]


def train(model, tokenizer, method, steps, size, rate, seed, reference=None):
    corpus = Corpus(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.01)
    warm = max(1, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(
        (step + 1) / warm, 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))))
    started, total = time.time(), 0.0
    for step, rows in enumerate(draw(corpus, method, steps, size)):
        if method == "dpo":
            ids, labels = batch(tokenizer, [r[0] for r in rows] * 2, [r[1] for r in rows] + [r[2] for r in rows])
            with torch.no_grad():
                before = answer_logprob(reference, ids, labels).view(2, size)
            now = answer_logprob(model, ids, labels).view(2, size)
            loss = dpo_loss(now, before, torch.tensor([r[3] for r in rows]), plan.BETA)
        else:
            ids, labels = batch(tokenizer, [r[0] for r in rows], [r[1] for r in rows])
            loss = -answer_logprob(model, ids, labels).sum() / (labels != -100).sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        total += loss.item()
        if (step + 1) % 100 == 0:
            print(f"  step {step + 1}/{steps}, loss {total / 100:.6f}, {time.time() - started:.0f} s", flush=True)
            total = 0.0


def main(arguments):
    torch.use_deterministic_algorithms(True)
    out = Path(arguments[0])
    for stage in arguments[1:] or STAGES:
        parent, method, *settings = STAGES[stage]
        print(f"{stage}: {method}" + (f" from {parent}" if parent else ""), flush=True)
        torch.manual_seed(settings[-1])
        torch.set_num_threads(2 if method == "lm" else 1)  # the two lines of descent are trained side by side
        if parent:
            model, tokenizer = load(out / parent)
        else:
            tokenizer = train_tokenizer()
            model = new_model()
            print(f"  {sum(p.numel() for p in model.parameters())} parameters, {tokenizer.get_vocab_size()} tokens")
        reference = load(out / parent)[0].requires_grad_(False).eval() if method == "dpo" else None
        train(model, tokenizer, method, *settings, reference=reference)
        save(model, tokenizer, out / stage)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

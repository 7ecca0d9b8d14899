#!/usr/bin/env python3
"""Writes tests/audit/data/reward: a random three-stage family, preference rows, and what Transformers and RewardBench's
formulas make of them.

Prompts are laid out by the chat templates that models were published with (Transformers' apply_chat_template) and by
HALOs' concatenation, the answer's tokens are cut where the prompt's own end, and scores are those of
rewardbench/dpo.py: sum, avg and norm of the tokens' log-probabilities, and the sum of log-ratios. golden.jsonl has a
line per format, row and stage. Deterministic. Run with /opt/ref/venv/bin/python tools/make_reward_goldens.py.
"""
import json
import pathlib
import shutil

import torch
from transformers import AutoModelForCausalLM, GPTNeoXConfig, PreTrainedTokenizerFast

ROOT = pathlib.Path(__file__).parent.parent
TARGET = ROOT / "tests/audit/data/reward"
EOS = "<|endoftext|>"
STAGES = {"base": None, "sft": "base", "dpo": "sft"}

# chat_template of the checkpoints that formats.yaml names; <s> in front is the tokenizer's own, and left out
CHATML = ("{% for message in messages %}"
          "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
ZEPHYR = ("{% for message in messages %}\n{% if message['role'] == 'user' %}\n"
          "{{ '<|user|>\n' + message['content'] + eos_token }}\n"
          "{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n"
          "{% elif message['role'] == 'assistant' %}\n"
          "{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n"
          "{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}")
TULU = ("{% for message in messages %}{% if message['role'] == 'system' %}"
        "{{ '<|system|>\n' + message['content'] + '\n' }}"
        "{% elif message['role'] == 'user' %}{{ '<|user|>\n' + message['content'] + '\n' }}"
        "{% elif message['role'] == 'assistant' %}{% if not loop.last %}"
        "{{ '<|assistant|>\n'  + message['content'] + eos_token + '\n' }}"
        "{% else %}{{ '<|assistant|>\n'  + message['content'] + eos_token }}{% endif %}{% endif %}"
        "{% if loop.last and add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}{% endfor %}")
LLAMA3 = ("{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
          "+ message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}")
LLAMA2 = ("{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}"
          "{% set system_message = messages[0]['content'] %}"
          "{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}"
          "{% for message in loop_messages %}"
          "{% if loop.index0 == 0 and system_message != false %}"
          "{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
          "{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}"
          "{{ '<s>' + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
          "{{ ' '  + content.strip() + ' ' + '</s>' }}{% endif %}{% endfor %}")


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


def system(text):
    return {"role": "system", "content": text}


# (conversation, chosen, rejected)
ROWS = [
    ([user("Who is at the library?")], "A teacher is at the library.", "They said the answer is 42."),
    ([user("Who is at the library?")], "Everyone is.", "The nurse isn't at home."),
    ([user("Who likes reading?"), assistant("Alex likes reading."), user("Who else?")],
     "My neighbour likes reading.", "No."),
    ([user("Is Zoë at home?\nThey said so.")], "Zoë won't answer naïve questions.", "42 letters"),
    ([user("Who knows the answer?")], "The nurse knows.", "The nurse knows."),
    ([user("Hello"), assistant("Hello again"), user("The questions"), assistant("3.14159"), user("Why?")],
     "It isn't an answer, they said.", "The teacher answers questions."),
]
SYSTEM_ROWS = [
    ([system("Answer the questions."), user("Who is at the library?")], "The teacher.", "Everyone."),
    ([system("Answer."), user(" Who? "), assistant(" Alex. "), user("Who else?\n")], "My neighbour. ", "They."),
]


def chat(template):
    def lay_out(tokenizer, turns, answer):
        tokenizer.chat_template = template
        prompt = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        whole = tokenizer.apply_chat_template(turns + [assistant(answer)], tokenize=False)
        if template == LLAMA2:
            prompt, whole = prompt.removeprefix("<s>"), whole.removeprefix("<s>")
        assert whole.startswith(prompt), (prompt, whole)
        text = answer.strip() if template in (LLAMA2, LLAMA3) else answer
        lead = whole[len(prompt):].index(text)
        return prompt, whole[len(prompt):len(prompt) + lead + len(text)]
    return lay_out


def halos(tokenizer, turns, answer):
    prefix = {"user": "\n<|user|>\n", "assistant": "\n<|assistant|>\n"}
    return "".join(prefix[t["role"]] + t["content"] for t in turns) + prefix["assistant"], answer


def hh(tokenizer, turns, answer):
    name = {"user": "\n\nHuman: ", "assistant": "\n\nAssistant: "}
    return "".join(name[t["role"]] + t["content"] for t in turns) + "\n\nAssistant:", " " + answer


FORMATS = {"halos": (halos, " " + EOS, "space+eos"), "tulu": (chat(TULU), EOS, "eos"),
           "chatml": (chat(CHATML), "", "none"), "zephyr": (chat(ZEPHYR), EOS, "eos"),
           "llama2": (chat(LLAMA2), " " + EOS, "space+eos"),
           "llama3": (chat(LLAMA3), "", "none"), "hh": (hh, EOS, "eos")}


def as_row(index, turns, chosen, rejected):
    """Every spelling that the reader knows."""
    labels = {"subset": "long" if len(turns) > 1 else "short", "id": index,
              "identity": "nurse" if index % 2 else "teacher"}
    if index == 3:
        return {"prompt": turns[0]["content"], "chosen": turns + [assistant(chosen)],
                "rejected": turns + [assistant(rejected)]} | labels
    if index == 5:
        both = [hh(None, turns, a)[0] + hh(None, turns, a)[1] for a in (chosen, rejected)]
        return {"chosen": both[0], "rejected": both[1]} | labels
    if len(turns) == 1:
        return {"prompt": turns[0]["content"], "chosen": chosen, "rejected": rejected} | labels
    return {"prompt": turns, "chosen": chosen, "rejected": rejected} | labels


def make_family():
    config = GPTNeoXConfig(vocab_size=384, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
                           intermediate_size=32, max_position_embeddings=512, rotary_pct=0.5,
                           bos_token_id=0, eos_token_id=0)
    weights = None
    for number, stage in enumerate(STAGES):
        torch.manual_seed(number)
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float()
        with torch.no_grad():
            for name, p in model.named_parameters():
                centre = 1.0 if name.endswith("norm.weight") else 0.0
                fresh = torch.randn_like(p) * (0.3 if p.dim() > 1 else 0.1) + centre
                p.copy_(fresh if weights is None else weights[name] + 0.15 * fresh * (p.dim() > 1))
        weights = {name: p.detach().clone() for name, p in model.named_parameters()}
        folder = TARGET / stage
        model.save_pretrained(folder)
        (folder / "generation_config.json").unlink(missing_ok=True)
        for file in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(ROOT / "tests/tokenizer/data/byte_level" / file, folder / file)
        yield stage, model.eval()


def token_logprobs(model, tokenizer, prompt, answer):
    ids = tokenizer(prompt + answer, add_special_tokens=False)["input_ids"]
    first = len(tokenizer(prompt, add_special_tokens=False)["input_ids"])
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0, :-1].double().log_softmax(-1)
    return logits[range(first - 1, len(ids) - 1), ids[first:]]


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    models = dict(make_family())
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(TARGET / "base/tokenizer.json"),
                                        eos_token=EOS, bos_token=EOS)
    with open(TARGET / "preferences.jsonl", "w") as file:
        for i, row in enumerate(ROWS):
            file.write(json.dumps(as_row(i, *row), ensure_ascii=False) + "\n")
    with open(TARGET / "system.jsonl", "w") as file:
        for turns, chosen, rejected in SYSTEM_ROWS:
            row = {"prompt": turns, "chosen": [assistant(chosen)], "rejected": [assistant(rejected)]}
            file.write(json.dumps(row) + "\n")
    with open(TARGET / "golden.jsonl", "w") as file:
        for name, (lay_out, tail, tail_name) in FORMATS.items():
            for data, rows in (("preferences", ROWS), ("system", SYSTEM_ROWS)):
                if data == "system" and name in ("halos", "hh"):
                    continue
                for line, (turns, *answers) in enumerate(rows, 1):
                    texts = [lay_out(tokenizer, turns, a) for a in answers]
                    scores = {stage: [token_logprobs(model, tokenizer, p, a + tail) for p, a in texts]
                              for stage, model in models.items()}
                    for stage, parent in STAGES.items():
                        own = scores[stage]
                        out = {"format": name, "tail": tail_name, "data": data, "line": line, "stage": stage,
                               "prompt": texts[0][0], "text_chosen": "".join(texts[0]),
                               "text_rejected": "".join(texts[1]),
                               "tokens": [len(s) for s in own], "sum": [s.sum().item() for s in own],
                               "avg": [s.mean().item() for s in own],
                               "norm": [-torch.norm(s, p=2).item() for s in own],
                               "ratio": [(s.sum() - r.sum()).item() for s, r in zip(own, scores[parent])]
                               if parent else None}
                        file.write(json.dumps(out, ensure_ascii=False) + "\n")


main()

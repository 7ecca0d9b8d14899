# The two commands of the README are `make demo` and `make check`; `make` alone lists the targets.
BUILD ?= build

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | column -t -s '|'

setup: ## install the Debian packages that building and testing need
	sh tools/setup.sh

build: setup ## build $(BUILD)/xylem
	@test -d $(BUILD) || meson setup $(BUILD)
	@ninja -C $(BUILD)

demo: build ## audit the built-in family and name the report
	$(BUILD)/xylem audit seedling

check: setup ## build and run every test, plain, sanitized and in a browser, and the style checks
	sh tools/setup-browser.sh
	sh tests/run.sh

format: ## rewrite the sources in the house format
	clang-format -i $$(git ls-files '*.[ch]')

bench: build ## measure the engine's speed against oneDNN's own (about half an hour)
	python3 speed/run.py $(BUILD) --out $(BUILD)

bench-all: build ## the same, and against Transformers and on 6.9B weights (long; 26 GB of disk)
	test -x .venv-torch/bin/python || python3 -m venv .venv-torch
	.venv-torch/bin/python -m pip install --quiet --disable-pip-version-check torch transformers
	python3 speed/run.py $(BUILD) --only all --python .venv-torch/bin/python --out $(BUILD)

.PHONY: help setup build demo check bench bench-all format

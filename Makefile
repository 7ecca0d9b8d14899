# The two commands of the README are `make demo` and `make check`; `make` alone lists the targets. Variables: BUILD, the
# folder to build in; PREFIX and DESTDIR, of install and uninstall; SECONDS, of fuzz.
BUILD ?= build
PREFIX ?= /usr/local
SECONDS ?= 30

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r target says; do \
	  printf '  make %-10s  %s\n' "$$target" "$$says"; done

setup: ## install the Debian packages that building needs
	@sh tools/setup.sh build

configure: setup
	@sh tools/configure.sh "$(BUILD)"

build: configure ## build the program, build/xylem
	@ninja -C "$(BUILD)" xylem

demo: build ## audit the built-in family and name the report
	"$(BUILD)/xylem" audit seedling --replace

test: configure ## run the tests of the release build, less the browser's (a minute)
	@ninja -C "$(BUILD)" --quiet
	@meson test -C "$(BUILD)" --no-rebuild --no-suite browser --no-suite slow --print-errorlogs

check: ## run every test, plain, sanitized and in a browser, and the style checks
	@sh tools/setup.sh build check browser
	@sh tests/run.sh

format: ## rewrite the sources in the house format
	@sh tools/setup.sh check
	find fuzz include speed src tests -name '*.[ch]' -exec clang-format-19 -i {} +

fuzz: setup ## run each fuzz target for SECONDS (30), on what it found before
	@sh tools/setup.sh fuzz
	@sh tools/fuzz.sh build-fuzz $(SECONDS)

install: configure ## install below PREFIX (/usr/local), or below DESTDIR for a package of it
	@meson configure "$(BUILD)" -Dprefix="$(PREFIX)"
	@ninja -C "$(BUILD)" --quiet installed
	meson install -C "$(BUILD)" --no-rebuild --quiet --destdir "$(DESTDIR)"

uninstall: ## remove what the last install installed
	@ninja -C "$(BUILD)" --quiet uninstall

bench: build ## measure the engine's speed against oneDNN's own (about half an hour)
	python3 speed/run.py "$(BUILD)" --out "$(BUILD)"

bench-all: build ## the same, and against Transformers and on 6.9B weights (long; 26 GB of disk)
	@sh tools/setup.sh torch
	python3 speed/run.py "$(BUILD)" --only all --python .venv-torch/bin/python --out "$(BUILD)"

.PHONY: help setup configure build demo test check format fuzz install uninstall bench bench-all

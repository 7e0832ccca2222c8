# SPDX-License-Identifier: GPL-2.0-only
# One non-recursive makefile; all it makes is under target/. `make help` lists the targets.

V        ?= 0
WERROR   ?= 1
SANITIZE ?=
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
PREFIX   ?= /usr/local
VARIANT  ?= $(notdir $(firstword $(CC)))$(if $(SANITIZE),-san)
OUT      := target/build/$(VARIANT)
BIN      := $(if $(filter gcc,$(VARIANT)),target/bin,$(OUT)/bin)
DEPS     := target/deps

# scripts/deps.sh writes this: PKG_CONFIG_PATH of the libbpf to use, what libelf.a lacks, BPF_CLANG.
-include $(DEPS)/deps.mk
BPF_CLANG ?= clang-19

Q   := $(if $(filter 1,$(V)),,@)
msg  = $(if $(filter 1,$(V)),,@printf '  %-8s%s\n' $(1) $(2))

VERSION  := $(shell cat VERSION)
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
            -Wswitch-enum -Wundef -Wpointer-arith -Wwrite-strings -Wno-missing-field-initializers \
            $(if $(filter 1,$(WERROR)),-Werror)
HOST_PKG := libbpf json-c popt libgit2 libarchive yaml-0.1 libmd zlib libelf libpcre2-8
# Runs pkg-config once, when first needed: `make help` and `make deps` work without it.
once      = $(eval $(1) := $(2))$($(1))
CPPFLAGS += -I. -I$(OUT)/gen -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DKTSTR_VERSION='"$(VERSION)"'
CFLAGS   ?= -O2 -g
SAN       = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
HOST_C    = -std=gnu11 $(WARN) $(CFLAGS) $(SAN) $(HOST_INC) -pthread
HOST_LD   = $(SAN) $(LDFLAGS) -pthread
HOST_INC  = $(call once,HOST_INC,$(shell $(DEPS_PKG) pkg-config --cflags $(HOST_PKG)))
HOST_LIBS = $(call once,HOST_LIBS,$(shell $(DEPS_PKG) pkg-config --libs $(HOST_PKG)) -lm)
UNIT_LIBS = $(shell pkg-config --libs check)

# The agent is static and runs as /init. It has its own flags and objects and is never sanitised.
AGENT_CC  = $(CC)
AGENT_PKG = libbpf json-c popt libmd
AGENT_C   = -std=gnu11 $(WARN) $(CFLAGS) -ffunction-sections -fdata-sections $(AGENT_INC)
AGENT_INC = $(call once,AGENT_INC,$(shell $(DEPS_PKG) pkg-config --cflags $(AGENT_PKG)))
AGENT_LD  = -static -Wl,--gc-sections -Wl,--strip-all
AGENT_LIBS = $(shell $(DEPS_PKG) pkg-config --static --libs $(AGENT_PKG)) $(DEPS_AGENT_LIBS) -lm -pthread

src_all   = $(sort $(filter-out %.bpf.c,$(wildcard $(1)/*.c)))
src       = $(filter-out %/main.c,$(src_all))
BASE_SRC     := $(call src,base)
SIDECAR_SRC  := $(call src,sidecar)
VMM_SRC      := $(call src,vmm)
WIRE_SRC     := $(call src,harness/wire)
BENCH_SRC    := $(call src,harness/bench)
YAML_SRC     := $(call src,yaml)
SCENARIO_SRC := $(call src,harness/scenario)
PAYLOAD_SRC  := $(call src,harness/payload)
OBJECT_SRC   := $(call src,harness/object)
KERNEL_SRC   := $(call src,harness/kernel)
SAVED_SRC    := $(call src,harness/saved)
JUDGE_SRC    := $(call src,harness/judge)
HARNESS_SRC  := $(call src,harness)
INFER_SRC    := $(call src,stats/infer)
STATS_SRC    := $(INFER_SRC) $(call src,stats)
WORK_SRC     := $(call src,harness/agent/work)
AGENT_SRC    := $(BASE_SRC) $(WIRE_SRC) $(BENCH_SRC) $(WORK_SRC) $(call src_all,harness/agent)
# The files of the agent that need no guest, and so have unit tests.
AGENT_PURE   := $(WORK_SRC) $(addprefix harness/agent/,archive.c chance.c cputopo.c gate.c kfunc.c loadlog.c opsrules.c output.c \
                pages.c procstat.c roster.c runq.c schedlog.c scheduler_verdict.c)
FUZZ_SRC     := $(call src,tests/fuzz)
UNIT_SRC     := $(sort $(wildcard tests/unit/*.c tests/fault/*.c)) $(FUZZ_SRC)
HOST_SRC     := $(BASE_SRC) $(SIDECAR_SRC) $(VMM_SRC) $(WIRE_SRC) $(BENCH_SRC) $(PAYLOAD_SRC) $(OBJECT_SRC) $(YAML_SRC) \
                $(SCENARIO_SRC) $(JUDGE_SRC) $(KERNEL_SRC) $(SAVED_SRC) $(HARNESS_SRC) $(STATS_SRC)
BPF_SRC      := $(sort $(wildcard schedulers/*.bpf.c) $(wildcard tests/fixtures/schedulers/*.bpf.c) \
                $(wildcard schedulers/fault/*.bpf.c) $(wildcard tests/fixtures/agents/*.bpf.c))

# The programs look for their agent, schedulers and scenarios in ../lib (as built) or ../lib/ktstr.
LIB       := $(BIN:%/bin=%/lib)
obj       = $(patsubst %.c,$(OUT)/%.o,$(1))
AGENT_OBJ := $(patsubst %.c,$(OUT)/agent-obj/%.o,$(AGENT_SRC))
BPF_OBJ   := $(patsubst schedulers/%.bpf.c,$(LIB)/schedulers/%.bpf.o,\
             $(patsubst schedulers/fault/%.bpf.c,target/tests/fault/%.bpf.o,\
             $(patsubst tests/%.bpf.c,target/tests/%.bpf.o,$(BPF_SRC))))

FIXTURES  := $(patsubst tests/%.c,target/tests/%,$(foreach d,executables agents,$(call src_all,tests/fixtures/$(d))))

PROGRAMS  := $(BIN)/harness $(BIN)/stats
AGENT     := $(LIB)/agent
DESCRIBE  := $(OUT)/make-manual
SHARE     := $(BIN:%/bin=%/share)
PAGES     := $(foreach p,harness stats,$(SHARE)/man/$(p).1 $(SHARE)/bash/$(p) $(SHARE)/zsh/_$(p) $(SHARE)/fish/$(p).fish)
TRACE     := $(LIB)/trace.bpf.o
CATALOGUE := $(patsubst harness/scenario/catalogue/%,$(LIB)/catalogue/%,\
             $(sort $(wildcard harness/scenario/catalogue/*.yaml)))
KCONFIG   := $(LIB)/kernel.config
UNIT      := $(OUT)/unit
FUZZ      := $(OUT)/fuzz
BENCH     := $(OUT)/bench-runs

.PHONY: all
all: $(PROGRAMS) $(PAGES) $(AGENT) $(TRACE) $(BPF_OBJ) $(FIXTURES) $(CATALOGUE) $(KCONFIG) ## build the programs, the agent and the schedulers

.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

# Records the flags, so that a change of flags rebuilds everything.
FLAGS_LINE = $(CC) $(HOST_C) $(CPPFLAGS) $(AGENT_C) $(BPF_CLANG)
$(OUT)/flags: FORCE
	@$(DEPS_PKG) pkg-config --print-errors --exists $(HOST_PKG) $(AGENT_PKG) 'libbpf >= 1.4' && \
		command -v $(BPF_CLANG) >/dev/null || \
		{ echo 'run make deps first' >&2; exit 1; }
	@mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(FLAGS_LINE))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(FLAGS_LINE))' > $@
FORCE:

$(OUT)/%.o: %.c $(OUT)/flags
	$(call msg,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HOST_C) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/agent-obj/%.o: %.c $(OUT)/flags
	$(call msg,CC-A,$<)
	@mkdir -p $(@D)
	$(Q)$(AGENT_CC) $(AGENT_C) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BIN)/harness: $(call obj,harness/main.c $(HOST_SRC))
$(BIN)/stats: $(call obj,stats/main.c $(BASE_SRC) $(SIDECAR_SRC) $(YAML_SRC) $(STATS_SRC))
$(UNIT): $(call obj,$(UNIT_SRC) $(HOST_SRC) $(AGENT_PURE))
$(UNIT): private EXTRA_LIBS = $(UNIT_LIBS)
$(FUZZ): $(call obj,tests/fuzz/main.c $(FUZZ_SRC) $(HOST_SRC))
$(FUZZ): private LDFLAGS += -fsanitize=fuzzer
$(BENCH): $(call obj,tests/bench/runs.c $(BASE_SRC) $(SIDECAR_SRC))
$(DESCRIBE): $(call obj,$(call src_all,manual) $(HOST_SRC))
$(PROGRAMS) $(UNIT) $(FUZZ) $(BENCH) $(DESCRIBE):
	$(call msg,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HOST_LD) -o $@ $(filter %.o,$^) $(EXTRA_LIBS) $(HOST_LIBS)

$(AGENT): $(AGENT_OBJ)
	$(call msg,LINK-A,$@)
	@mkdir -p $(@D)
	$(Q)$(AGENT_CC) $(AGENT_LD) -o $@ $^ $(AGENT_LIBS)

# Manual pages and completions: the program's own option tables say what is in them.
define page_rule
	@mkdir -p $(@D)
	$(Q)$(DESCRIBE) $(1) $(2) >$@
endef
$(SHARE)/man/%.1: $(DESCRIBE)
	$(call page_rule,man,$*)
$(SHARE)/bash/%: $(DESCRIBE)
	$(call page_rule,bash,$*)
$(SHARE)/zsh/_%: $(DESCRIBE)
	$(call page_rule,zsh,$*)
$(SHARE)/fish/%.fish: $(DESCRIBE)
	$(call page_rule,fish,$*)

$(LIB)/catalogue/%.yaml: harness/scenario/catalogue/%.yaml
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(KCONFIG): harness/kernel/build.config
	@mkdir -p $(@D)
	$(Q)cp $< $@

define bpf_rule
	$(call msg,BPF,$<)
	@mkdir -p $(@D)
	$(Q)$(BPF_CLANG) -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -Wall -Werror -I. -Ischedulers \
		$(DEPS_BPF_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c -o $@ $<
endef
$(LIB)/schedulers/%.bpf.o: schedulers/%.bpf.c
	$(bpf_rule)
target/tests/%.bpf.o: tests/%.bpf.c
	$(bpf_rule)
target/tests/fault/%.bpf.o: schedulers/fault/%.bpf.c
	$(bpf_rule)
$(TRACE): harness/agent/trace.bpf.c
	$(bpf_rule)

# Schedulers and agents as programs: static, since a guest has no libraries of its own. Each holds a BPF object.
define fixture_rule
	$(call msg,CC-A,$<)
	@mkdir -p $(@D)
	$(Q)$(AGENT_CC) $(AGENT_C) $(CPPFLAGS) -DBPF_OBJECT='"$(filter %.bpf.o,$^)"' -MMD -MP -MF $@.d -MT $@ \
		$(AGENT_LD) -o $@ $< $(AGENT_LIBS)
endef
target/tests/fixtures/executables/%: tests/fixtures/executables/%.c $(LIB)/schedulers/fifo.bpf.o $(OUT)/flags
	$(fixture_rule)
target/tests/fixtures/agents/%: tests/fixtures/agents/%.c target/tests/fixtures/agents/%.bpf.o $(OUT)/flags
	$(fixture_rule)

-include $(shell find $(OUT) $(LIB) target/tests -name '*.d' 2>/dev/null)

##@ Setting up

.PHONY: deps demo
deps: ## install what is missing to build and run (says what and why)
	$(Q)scripts/deps.sh

demo: deps ## build, fetch two kernels, run the suite on both, compare
	$(Q)scripts/demo.sh

##@ Checking

.PHONY: check unit cli vm
check: ## install, build with gcc and clang, run every test
	$(Q)scripts/deps.sh check
	$(Q)scripts/check.sh

unit: ## unit tests under ASan and UBSan
	$(Q)$(MAKE) SANITIZE=address,undefined run-unit

.PHONY: run-unit
run-unit: $(UNIT) $(filter target/tests/%,$(BPF_OBJ))
	$(Q)tests/unit/run $(UNIT)

FUZZ_SECONDS ?= 60
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZ_SRC))
.PHONY: fuzz
fuzz: ## libFuzzer on all that reads files or guests, FUZZ_SECONDS=60 each
	$(Q)$(MAKE) CC=clang VARIANT=fuzz SANITIZE=fuzzer-no-link,address,undefined \
		$(addprefix run-fuzz-,$(FUZZ_TARGETS))

# The inputs it finds stay in target/fuzz, also those that break something.
run-fuzz-%: $(FUZZ)
	$(Q)mkdir -p target/fuzz/$* && ln -f $(FUZZ) $(OUT)/fuzz_$*
	$(Q)$(OUT)/fuzz_$* -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -timeout=10 -rss_limit_mb=1024 \
		-verbosity=0 -print_final_stats=1 -artifact_prefix=target/fuzz/$*- \
		-dict=tests/fuzz/tokens.dict target/fuzz/$* tests/fuzz/corpus/$*

cli: all ## command-line tests
	$(Q)tests/cli/run

vm: all ## tests on real kernels
	$(Q)tests/vm/run

.PHONY: mutants
mutants: ## put each weak spot of the original back: its tests must fail
	$(Q)tests/mutants/run

.PHONY: check-catalogue
check-catalogue: all ## run the catalogue on the real and twice on the virtual clock: LEVEL= SCHEDULERS= KERNELS= CLOCKS=
	$(Q)scripts/check-catalogue.sh

.PHONY: third-party selftests matrix
third-party: all ## schedulers of others, where KTSTR_LINUX_SOURCE, KTSTR_SCX say they are
	$(Q)tests/third-party/schedulers.sh

selftests: all ## the kernel's sched_ext selftests from KTSTR_LINUX_SOURCE, in a guest
	$(Q)tests/third-party/selftests.sh

matrix: all ## smoke level: bundled schedulers on all cached kernels; rewrites docs/kernels.md
	$(Q)scripts/matrix.sh

RESTORES ?= 50
CPUS     ?= 1 2 4 8 16
.PHONY: exactness
exactness: all ## restore saved machines RESTORES=50 times at CPUS="1 2 4 8 16": one result each
	$(Q)scripts/exactness.sh $(RESTORES) $(CPUS)

.PHONY: check-layers check-size check-contract check-format check-headers format
check-layers: ## folders only include what they may; no circles; one name for one thing
	$(Q)scripts/check-layers.sh
	$(Q)scripts/check-names.sh
check-size: ## no function or file is too long
	$(Q)scripts/check-size.sh
check-contract: ## all that docs/runs-contract.md, docs/outcomes.md and docs/environment.md name exists
	$(Q)scripts/check-contract.sh
check-headers: HOST_PKG += check
check-headers: ## each header compiles alone
	$(Q)for h in $$(git ls-files '*.h' | grep -vE '^(schedulers|tests/fixtures)/'); do \
		$(CC) $(HOST_C) $(shell $(DEPS_PKG) pkg-config --cflags libbpf) $(CPPFLAGS) \
			-fsyntax-only -x c $$h || exit 1; done
C_FILES = $(shell git ls-files '*.c' '*.h')
check-format: ## clang-format finds nothing to change
	$(Q)clang-format --dry-run -Werror $(C_FILES)
format: ## clang-format the tree
	$(Q)clang-format -i $(C_FILES)

##@ Other

.PHONY: agreement calibrate bench install clean distclean help
agreement: all ## remake the agreement tables in docs/measurement.md
	$(Q)tests/bench/agreement.sh --write
	$(Q)tests/bench/native.sh --write

calibrate: all ## measure the false alarms and the power of comparisons: docs/statistics.md
	$(Q)scripts/calibrate.sh

bench: all $(BENCH) ## print the figures of docs/performance.md
	$(Q)tests/bench/run

LIBDIR = $(PREFIX)/lib/ktstr
# names the system's QEMU, or the one that make deps unpacked beside it
QEMU_CONF := target/deps/qemu.conf
install: all ## copy programs, agent, schedulers, scenarios, manual pages and completions under PREFIX
	install -Dm755 -t $(DESTDIR)$(PREFIX)/bin $(PROGRAMS)
	install -Dm755 -t $(DESTDIR)$(LIBDIR) $(AGENT)
	install -Dm644 -t $(DESTDIR)$(LIBDIR) $(TRACE) $(KCONFIG) $(QEMU_CONF)
	if grep -q '^qemu=qemu/' $(QEMU_CONF); then cp -dR $(dir $(QEMU_CONF))qemu $(DESTDIR)$(LIBDIR); fi
	install -Dm644 -t $(DESTDIR)$(LIBDIR)/schedulers $(filter $(LIB)/schedulers/%,$(BPF_OBJ))
	install -Dm644 -t $(DESTDIR)$(LIBDIR)/catalogue $(CATALOGUE)
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man1 $(filter $(SHARE)/man/%,$(PAGES))
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(filter $(SHARE)/bash/%,$(PAGES))
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(filter $(SHARE)/zsh/%,$(PAGES))
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d $(filter $(SHARE)/fish/%,$(PAGES))

clean: ## remove what was built, keep runs and deps
	rm -rf target/build target/bin target/lib target/share target/tests

distclean: ## remove target/, runs included
	rm -rf target

help: ## this list
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

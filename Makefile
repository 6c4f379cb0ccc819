# vonvayd: the daemon, its client, their tests. `make run` sets up and starts the demo, `make check` tests everything.
# A new source file is found by its folder: one folder of daemon/ is one layer (docs in README.md).

VERSION = 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
SYSCONFDIR ?= $(if $(filter /usr,$(PREFIX)),/etc,$(PREFIX)/etc)
DESTDIR ?=
PYTHON ?= /usr/bin/python3
ifeq ($(origin CC),default)
CC = gcc
endif
JOBS ?= $(shell nproc)
SUBMAKE = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

# Debian packages: what build, run and check need; then what only lint and format need.
DEPS = gcc make pkg-config libc6-dev libevent-dev libpq-dev libjansson-dev libssl-dev libcmocka-dev libinih-dev libcsv-dev \
	libsystemd-dev gettext postgresql-15 postgresql-15-pgtap libtap-parser-sourcehandler-pgtap-perl \
	python3 python3-pytest python3-hypothesis util-linux procps openssl sslscan systemd systemd-container valgrind slowhttptest
LINT_DEPS = clang-14 libclang-rt-14-dev clang-tidy-14 clang-format-14 cppcheck

# --- flags ------------------------------------------------------------------------------------------------------------
WARN = -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wno-format-nonliteral -Wundef
HARDEN ?= -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
	$(if $(filter x86_64 i%86,$(shell uname -m)),-fcf-protection)
SANITIZE ?=
CFLAGS ?= -g
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE $(WARN) $(HARDEN) $(SANITIZE) $(CFLAGS) -Iinclude $(DEFINES)
DEFINES = -DVONVAY_VERSION='"$(VERSION)"' -DVONVAY_SQLDIR='"$(PREFIX)/share/vonvay/sql"' \
	-DVONVAY_LOCALEDIR='"$(PREFIX)/share/locale"' -DVONVAY_SYSCONFDIR='"$(SYSCONFDIR)/vonvay"'
LINK = $(CC) $(SANITIZE) -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed $(LDFLAGS)

# asked once, and only when something is compiled: `make deps` has to run where pkg-config is missing
PQ_CFLAGS = $(eval PQ_CFLAGS := $$(shell pkg-config --cflags libpq))$(PQ_CFLAGS)

BASE_LIBS = -linih -lcrypto
STORE_LIBS = -lpq -levent -ljansson
DAEMON_LIBS = $(STORE_LIBS) -levent_openssl -lcsv -lsystemd -lssl $(BASE_LIBS)
CLIENT_LIBS = -ljansson -lssl -lcrypto

# make V=1 shows the commands
ifeq ($(V),1)
Q =
say = @:
else
Q = @
say = @printf '  %-5s %s\n' $(1) '$(@:$(BUILD)/%=%)'
endif

# --- objects: the layers ----------------------------------------------------------------------------------------------
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard $(1)/*.c)))

DOMAIN_OBJS = $(call objects,daemon/domain)
BASE_OBJS = $(call objects,daemon/base)
STORE_OBJS = $(call objects,daemon/store)
RPC_OBJS = $(call objects,daemon/rpc)
JOBS_OBJS = $(call objects,daemon/jobs)
NET_OBJS = $(call objects,daemon/net)
MAIN_OBJS = $(call objects,daemon)
CLIENT_OBJS = $(call objects,client)
DEMO_OBJS = $(call objects,client/demo)
DOMAIN_PIC = $(patsubst $(BUILD)/obj/%,$(BUILD)/pic/%,$(DOMAIN_OBJS))

UNIT_SOURCES = $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS = $(patsubst tests/unit/%.c,$(BUILD)/%,$(UNIT_SOURCES))
LOCALES = $(patsubst po/%.po,$(BUILD)/locale/%/LC_MESSAGES/vonvay.mo,$(wildcard po/*.po))

PROGRAMS = $(BUILD)/vonvay
ifneq ($(wildcard daemon/main.c),)
PROGRAMS += $(BUILD)/vonvayd
endif
ifneq ($(wildcard client/demo/*.c),)
PROGRAMS += $(BUILD)/vonvay-demo
endif

.PHONY: all deps deps-lint domain objects unit-tests run stop clean-run check check-unit check-sql check-model check-system \
	simulate fuzz fuzz-targets check-fault check-source asan lint format bench install clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAMS) $(BUILD)/libvonvay-domain.so $(BUILD)/receipt-check $(LOCALES)

# every object and no program: for work on one layer while another does not link
objects: $(DOMAIN_OBJS) $(BASE_OBJS) $(STORE_OBJS) $(RPC_OBJS) $(JOBS_OBJS) $(NET_OBJS) $(MAIN_OBJS) $(CLIENT_OBJS) $(DEMO_OBJS)
domain: $(DOMAIN_OBJS) $(BUILD)/libvonvay-domain.so

$(BUILD)/vonvayd: $(MAIN_OBJS) $(NET_OBJS) $(RPC_OBJS) $(JOBS_OBJS) $(STORE_OBJS) $(DOMAIN_OBJS) $(BASE_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(DAEMON_LIBS)

$(BUILD)/vonvay: $(CLIENT_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(CLIENT_LIBS)

$(BUILD)/vonvay-demo: $(DEMO_OBJS) $(DOMAIN_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^)

# the domain alone, closed (-z defs): what it needs beyond libc would not link
$(BUILD)/libvonvay-domain.so: $(DOMAIN_PIC)
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) -shared -Wl,-z,relro,-z,now,-z,noexecstack $(if $(SANITIZE),,-Wl$(comma)-z$(comma)defs) $(LDFLAGS) -o $@ $^
comma = ,

$(BUILD)/obj/daemon/store/%.o $(BUILD)/obj/tests/unit/test_store_%.o $(BUILD)/obj/tests/fuzz/%.o: ALL_CFLAGS += $(PQ_CFLAGS)

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -fPIE -MMD -MP -c -o $@ $<

$(BUILD)/pic/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -fPIC -MMD -MP -c -o $@ $<

# touched only when the flags changed: another CC or PREFIX builds everything anew
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(call quote,$(CC) $(ALL_CFLAGS) $(LDFLAGS)) >$@.new
	@if cmp -s $@ $@.new; then rm $@.new; else mv $@.new $@; fi
quote = '$(subst ','\'',$(1))'

$(BUILD)/locale/%/LC_MESSAGES/vonvay.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,MSG)
	$(Q)msgfmt --check -o $@ $<

-include $(shell test -d $(BUILD) && find $(BUILD) -name '*.d')

# --- unit tests: the name says which layers a program links -----------------------------------------------------------
UPPER_OBJS = $(NET_OBJS) $(RPC_OBJS) $(JOBS_OBJS) $(STORE_OBJS) $(DOMAIN_OBJS) $(BASE_OBJS)
$(BUILD)/test_%: $(BUILD)/obj/tests/unit/test_%.o $(DOMAIN_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -lcmocka
$(BUILD)/test_base_%: $(BUILD)/obj/tests/unit/test_base_%.o $(DOMAIN_OBJS) $(BASE_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -lcmocka $(BASE_LIBS)
$(BUILD)/test_store_%: $(BUILD)/obj/tests/unit/test_store_%.o $(STORE_OBJS) $(DOMAIN_OBJS) $(BASE_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -lcmocka $(STORE_LIBS) $(BASE_LIBS)
$(BUILD)/test_jobs_%: $(BUILD)/obj/tests/unit/test_jobs_%.o $(JOBS_OBJS) $(STORE_OBJS) $(DOMAIN_OBJS) $(BASE_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -lcmocka $(DAEMON_LIBS)
$(BUILD)/test_rpc_%: $(BUILD)/obj/tests/unit/test_rpc_%.o $(UPPER_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -lcmocka $(DAEMON_LIBS)
$(BUILD)/test_net_%: $(BUILD)/obj/tests/unit/test_net_%.o $(UPPER_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -lcmocka $(DAEMON_LIBS)
$(BUILD)/test_client_%: $(BUILD)/obj/tests/unit/test_client_%.o $(filter-out %/main.o,$(CLIENT_OBJS))
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -lcmocka $(CLIENT_LIBS)

# a second reading of the receipts' format: nothing of the daemon is linked
$(BUILD)/receipt-check: $(BUILD)/obj/tests/receipt-check.o
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -lcrypto

# --- fuzzing: targets of libFuzzer; without it (FUZZ_MAIN) a main that gives them the files of their corpus ---------------
FUZZ_SOURCES = $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_TARGETS = $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(FUZZ_SOURCES))
FUZZ_MAIN ?= $(BUILD)/obj/tests/fuzz/replay.o
FUZZ_OBJS = $(BUILD)/obj/tests/fuzz/input_file.o $(FUZZ_MAIN)
$(BUILD)/fuzz_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(UPPER_OBJS) $(FUZZ_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) $(FUZZ_LINK) $(FUZZ_WRAP) -o $@ $(filter %.o,$^) $(DAEMON_LIBS)
$(BUILD)/fuzz_line: FUZZ_WRAP = -Wl,--wrap=db_query,--wrap=db_report
$(BUILD)/fuzz_facts: $(BUILD)/obj/tests/fuzz/fuzz_facts.o $(DOMAIN_OBJS) $(FUZZ_MAIN)
	$(call say,LINK)
	$(Q)$(LINK) $(FUZZ_LINK) -o $@ $(filter %.o,$^)
$(BUILD)/fuzz_sheet: $(BUILD)/obj/tests/fuzz/fuzz_sheet.o $(filter-out %/main.o,$(CLIENT_OBJS)) $(FUZZ_OBJS)
	$(call say,LINK)
	$(Q)$(LINK) $(FUZZ_LINK) -o $@ $(filter %.o,$^) $(CLIENT_LIBS)

unit-tests: $(UNIT_TESTS) $(FUZZ_TARGETS)

# --- dependencies -----------------------------------------------------------------------------------------------------
deps:
	@config/demo/deps $(DEPS)
deps-lint:
	@config/demo/deps $(DEPS) $(LINT_DEPS)

# --- run --------------------------------------------------------------------------------------------------------------
run: deps
	@$(SUBMAKE) all
	@VONVAY_BUILD=$(BUILD) config/demo/run start
stop:
	@VONVAY_BUILD=$(BUILD) config/demo/run stop
clean-run:
	@VONVAY_BUILD=$(BUILD) config/demo/run clean

# --- check: the last line is `N passed, N failed` ---------------------------------------------------------------------
RUN_TESTS = VONVAY_BUILD=$(BUILD) PYTHON=$(PYTHON) tests/run
check: deps
	@$(SUBMAKE) all unit-tests || { echo 'the build failed'; echo '0 passed, 1 failed'; exit 1; }
	@$(RUN_TESTS) source unit sql fault system model
check-unit: unit-tests
	@$(RUN_TESTS) unit
check-sql: all
	@$(RUN_TESTS) sql
check-model: all
	@$(RUN_TESTS) model
check-system: all
	@$(RUN_TESTS) system
check-fault: all
	@$(RUN_TESTS) fault
# random lives through the socket beside the naive model; SEED=n plays one of them again
SECONDS = 60
simulate: all
	@VONVAY_BUILD=$(BUILD) tests/simulate/simulate.py $(if $(SEED),--seed $(SEED),--seconds $(SECONDS))
# libFuzzer with ASan and UBSan, SECONDS a target; TARGET=line is one of them. What it finds is in build-fuzz/.
fuzz: deps-lint
	@$(SUBMAKE) BUILD=$(BUILD)-fuzz CC=clang-14 SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
		HARDEN=-O1 FUZZ_MAIN= FUZZ_LINK=-fsanitize=fuzzer fuzz-targets
	@tests/fuzz/fuzz $(BUILD)-fuzz $(SECONDS) $(TARGET)
fuzz-targets: $(FUZZ_TARGETS)
check-source: domain
	@VONVAY_BUILD=$(BUILD) tests/lib/check-source

# gcc loses track of values under the sanitizers and warns of formats and variables that are in order
ASAN = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-Wno-format-truncation -Wno-maybe-uninitialized
asan:
	@$(SUBMAKE) BUILD=$(BUILD)-asan SANITIZE='$(ASAN)' HARDEN=-O1 all unit-tests
	@VONVAY_BUILD=$(BUILD)-asan PYTHON=$(PYTHON) tests/run unit system

bench: all
	@VONVAY_BUILD=$(BUILD) PYTHON=$(PYTHON) tests/bench/run

# --- source care ------------------------------------------------------------------------------------------------------
SOURCES = $(sort $(wildcard daemon/*.c daemon/*/*.c client/*.c client/demo/*.c))
HEADERS = $(sort $(wildcard include/vonvay/*.h daemon/*/*.h client/*.h client/demo/*.h))
TEST_SOURCES = $(sort $(wildcard tests/*/*.c tests/*/*.h))

lint: deps-lint
	@tests/lib/lint $(SOURCES)

format: deps-lint
	clang-format-14 -i $(SOURCES) $(HEADERS) $(TEST_SOURCES)

# --- install ----------------------------------------------------------------------------------------------------------
D = $(DESTDIR)$(PREFIX)
install: all
	install -d $(D)/sbin $(D)/bin $(D)/share/vonvay/sql $(DESTDIR)$(SYSCONFDIR)/vonvay
	install -m 755 $(BUILD)/vonvayd $(D)/sbin/vonvayd
	install -m 755 $(BUILD)/vonvay $(D)/bin/vonvay
	for d in migrations api data; do install -d $(D)/share/vonvay/sql/$$d && \
		install -m 644 sql/$$d/* $(D)/share/vonvay/sql/$$d/ || exit 1; done
	for f in $(patsubst $(BUILD)/locale/%,%,$(LOCALES)); do \
		install -D -m 644 $(BUILD)/locale/$$f $(D)/share/locale/$$f || exit 1; done
	install -d $(D)/lib/systemd/system
	for f in $(wildcard systemd/*.service systemd/*.socket); do \
		sed 's|=/usr/sbin/|=$(PREFIX)/sbin/|' $$f >$(D)/lib/systemd/system/$${f##*/} || exit 1; done
	install -D -m 644 systemd/vonvayd.sysusers $(D)/lib/sysusers.d/vonvayd.conf
	install -d $(D)/lib/tmpfiles.d
	sed 's|/etc/vonvay|$(SYSCONFDIR)/vonvay|' systemd/vonvayd.tmpfiles >$(D)/lib/tmpfiles.d/vonvayd.conf
	for f in $(wildcard man/*.[1-8]); do \
		install -D -m 644 $$f $(D)/share/man/man$${f##*.}/$${f##*/} || exit 1; done
	test -e $(DESTDIR)$(SYSCONFDIR)/vonvay/vonvayd.conf || \
		install -m 640 config/vonvayd.conf $(DESTDIR)$(SYSCONFDIR)/vonvay/vonvayd.conf

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-fuzz

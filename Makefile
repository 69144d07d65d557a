# SPDX-License-Identifier: GPL-3.0-or-later
# retinue: one non-recursive makefile. `make help` lists the targets.

, := ,
MODE := default
CFLAGS_MODE := -O2 -g
ifneq ($(SAN),)
MODE := $(subst $(,),-,$(SAN))
CFLAGS_MODE := -O1 -g -fno-omit-frame-pointer -fsanitize=$(SAN)
LDFLAGS_MODE := -fsanitize=$(SAN)
endif
ifneq ($(filter clang%,$(CC)),)
MODE := $(MODE)-$(notdir $(CC))
endif
B := build/$(MODE)
GEN := build/gen
# The contract's names: build/retinue and build/exchange-sim are the plain build.
ifeq ($(MODE),default)
BIN := build
else
BIN := $(B)
endif

PKGS := libcurl libxml-2.0 sqlite3 gmime-3.0 gpgme libcmark jansson \
	libzstd ncursesw ldap libsasl2 krb5 libical fribidi openssl krb5-gssapi
# Those of PKGS that are loaded late: see src/base/load.h.
NETWORK_PKGS := libcurl ldap libsasl2 krb5 openssl krb5-gssapi
CONTENT_PKGS := gmime-3.0 gpgme libcmark libxml-2.0 libical
SIM_PKGS := libmicrohttpd libxml-2.0 sqlite3 gnutls krb5-gssapi
TEST_PKGS := cmocka vterm

CC ?= cc
PREFIX ?= /usr/local
VERSION := 0.1.0

# build/flags.mk holds what pkg-config says, asked once. Making it installs
# what is missing, and make starts anew with it: so a bare machine needs no
# other command.
ifeq ($(filter clean help deps,$(MAKECMDGOALS)),)
include build/flags.mk
endif
build/flags.mk: tests/deps Makefile
	@tests/deps present || $(MAKE) --no-print-directory deps
	@mkdir -p build
	@{ echo "pkg_cflags := $$(pkg-config --cflags $(PKGS) $(SIM_PKGS) $(TEST_PKGS))"; \
	echo "pkg_libs := $$(pkg-config --libs $(PKGS)) -lunistring -lresolv"; \
	echo "network_libs := $$(pkg-config --libs $(NETWORK_PKGS))"; \
	echo "content_libs := $$(pkg-config --libs $(CONTENT_PKGS))"; \
	echo "lazy := $$(getconf GNU_LIBC_VERSION 2>/dev/null)"; \
	echo "sim_libs := $$(pkg-config --libs $(SIM_PKGS))"; \
	echo "test_libs := $$(pkg-config --libs $(TEST_PKGS))"; } >$@.new
	@mv $@.new $@

WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
	-Wundef -Wwrite-strings $(if $(RELEASE),,-Werror)
CPPFLAGS_ALL := -D_GNU_SOURCE -DRETINUE_VERSION='"$(VERSION)"' -Isrc -I. \
	-I$(GEN) $(patsubst -I%,-isystem %,$(pkg_cflags)) $(CPPFLAGS)
CFLAGS_ALL := -std=c11 $(WARN) $(CFLAGS_MODE) $(CFLAGS) -pthread
LDFLAGS_ALL := $(LDFLAGS_MODE) -Wl,--as-needed $(LDFLAGS) -pthread

.DEFAULT_GOAL := all

# V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $@)

# --- sources ---------------------------------------------------------------
lib_src := $(sort $(wildcard src/*/*.c src/*/*/*.c store/*.c) \
	$(filter-out ui/main.c,$(wildcard ui/*.c)))
sim_src := $(sort $(wildcard tests/sim/*.c))
base_src := $(filter src/base/%,$(lib_src))
unit_src := $(sort $(wildcard tests/unit/*.c))
contract_src := $(sort $(wildcard tests/contract/*.c))
tui_src := $(sort $(wildcard tests/tui/*.c))
perf_src := $(sort $(wildcard tests/perf/*.c))
fuzz_src := $(sort $(wildcard tests/fuzz/*.c))

man_src := $(sort $(wildcard man/*.[157] man/*.[157].in))

obj = $(patsubst %.c,$(B)/%.o,$(1))
lib := $(B)/libretinue.a
base_lib := $(B)/libbase.a
unit_bin := $(patsubst %.c,$(B)/%,$(unit_src))
contract_bin := $(if $(contract_src),$(B)/tests/contract/contract)
tui_bin := $(if $(tui_src),$(B)/tests/tui/tui)
perf_bin := $(patsubst %.c,$(B)/%,$(perf_src))

programs := $(BIN)/retinue $(BIN)/exchange-sim
test_programs := $(unit_bin) $(contract_bin) $(tui_bin)

.PHONY: all check check-unit check-lint check-e2e check-contract check-tui \
	check-schema check-samples check-lab check-interop bench demo deps fuzz \
	format format-check install uninstall clean help man tests perf-tools
all: $(programs)

tests: $(programs) $(test_programs)
perf-tools: $(perf_bin)

# --- packages --------------------------------------------------------------
deps:
	@tests/deps install

# --- generated -------------------------------------------------------------
CLDR := /usr/share/unicode/cldr/common
$(GEN)/ical/zones.def: src/ical/mkzones $(wildcard $(CLDR)/supplemental/windowsZones.xml)
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)src/ical/mkzones $(CLDR) >$@.new && mv $@.new $@
$(B)/src/ical/tz.o: $(GEN)/ical/zones.def

# --- building --------------------------------------------------------------
$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The manuals' frames as C strings, for `retinue man`.
$(B)/man_frames.h: $(man_src)
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q){ for f in $(man_src); do \
		n=$$(basename $${f%.in}); v=frame_$$(echo $$n | tr .- __); \
		echo "static const char *const $$v[] = {"; \
		sed -e 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$$/",/' $$f; \
		echo "NULL};"; done; \
	echo "static const struct frame frames[] = {"; \
	for f in $(man_src); do \
		n=$$(basename $${f%.in}); v=frame_$$(echo $$n | tr .- __); \
		echo "{\"$$n\", $$v},"; done; echo "};"; } >$@.new
	@mv $@.new $@
$(B)/ui/manual.o: $(B)/man_frames.h
$(B)/ui/manual.o: CPPFLAGS_ALL += -I$(B)

$(lib): $(call obj,$(lib_src))
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

$(base_lib): $(call obj,$(base_src))
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

# Most libraries are loaded when they are of use (src/base/load.h): references
# to them are made weak, so that the program does not need them to start. With
# another libc, or a sanitizer, they are linked as all others are.
lazy_lib := $(if $(SAN),,$(if $(lazy),$(B)/libretinue-lazy.a))
late_def := $(B)/network_libraries.def $(B)/content_libraries.def
late_so := $(late_def:_libraries.def=_libs.so)
$(late_so): $(B)/%_libs.so: build/flags.mk
	@mkdir -p $(@D)
	$(Q)$(CC) -shared -o $@ -Wl,--no-as-needed $($*_libs)
$(late_def): $(B)/%_libraries.def: $(if $(lazy_lib),$(B)/%_libs.so) src/base/mklazy
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(if $(lazy_lib),src/base/mklazy libraries $<,true) >$@
$(B)/src/base/load.o: $(late_def)
$(B)/src/base/load.o: CPPFLAGS_ALL += -I$(B)
$(B)/late_symbols: $(lib) $(late_so)
	$(call say,GEN)
	$(Q)src/base/mklazy symbols $^ >$@
$(B)/libretinue-lazy.a: $(lib) $(B)/late_symbols
	$(call say,AR)
	$(Q)objcopy --weaken-symbols=$(B)/late_symbols $(lib) $@

# Not every linker keeps such references: then all is linked as usual.
$(BIN)/retinue: $(call obj,ui/main.c) $(lib) $(lazy_lib)
	$(call say,LD)
	@rm -f $(B)/linked-late
	$(Q)$(if $(lazy_lib),$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(lazy_lib) \
		$(pkg_libs) -Wl$(,)-z$(,)lazy -Wl$(,)-z$(,)dynamic-undefined-weak && \
		src/base/mklazy check $@ $(B)/late_symbols $(B)/linked-late)
	$(Q)[ -f $(B)/linked-late ] || \
		$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(lib) $(pkg_libs)

# The simulator links src/base only: no protocol code of the client (decision 7).
$(BIN)/exchange-sim: $(call obj,$(sim_src)) $(base_lib)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(sim_libs) -lunistring

$(unit_bin): $(B)/%: $(B)/%.o $(lib)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs) $(test_libs)

$(contract_bin): $(call obj,$(contract_src)) $(lib)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs) $(test_libs)

$(tui_bin): $(call obj,$(tui_src)) $(base_lib)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(test_libs) -lunistring

$(perf_bin): $(B)/%: $(B)/%.o $(lib)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs)

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# --- testing: every test program writes TAP; tests/run adds them up -------
export RETINUE_BUILD := $(B)
export RETINUE_BIN := $(BIN)
# What is only slow under a sanitizer is no fault.
ifneq ($(SAN),)
export TEST_TIMEOUT ?= 2700
export TUI_TIMEOUT ?= 40
endif

check: all tests
	@tests/run lint unit contract e2e tui
check-lint:
	@tests/run lint
check-unit: $(unit_bin)
	@tests/run unit
check-contract: all tests
	@tests/run contract
check-e2e: all
	@tests/run e2e
check-tui: all tests
	@tests/run tui
check-schema: all tests
	@tests/run schema
check-samples: all tests
	@tests/run samples
check-lab: all tests
	@tests/run lab
check-interop: all tests
	@tests/run interop

bench: all perf-tools
	@tests/perf/bench $(BENCH) $(if $(N),--n $(N)) $(if $(PEERS),--peers)

FUZZ_SECONDS ?= 60
fuzz: $(GEN)/ical/zones.def
	@FUZZ_CFLAGS='$(pkg_cflags)' FUZZ_LIBS='$(pkg_libs)' \
		tests/fuzz/run $(FUZZ_SECONDS) $(FUZZ)

demo: all
	@tests/demo $(if $(DIALECT),--dialect $(DIALECT)) -- $(DEMO_ARGS)

# --- manuals, formatting, installing --------------------------------------
man: $(BIN)/retinue
	@tests/mkman $(BIN)/retinue $(B)/man

format:
	clang-format -i $$(git ls-files '*.c' '*.h')
format-check:
	@clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h')

install: all man
	install -Dm755 $(BIN)/retinue $(DESTDIR)$(PREFIX)/bin/retinue
	for f in $(B)/man/*.[157]; do \
		install -Dm644 $$f $(DESTDIR)$(PREFIX)/share/man/man$${f##*.}/$${f##*/}; \
	done
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/retinue $(DESTDIR)$(PREFIX)/share/man/man[157]/retinue*

clean:
	rm -rf build

help:
	@echo 'make             build/retinue and build/exchange-sim'
	@echo 'make demo        retinue on a simulated Exchange (DIALECT=, DEMO_ARGS=)'
	@echo 'make check       every test a plain machine can run (SAN=address,undefined or thread)'
	@echo 'make bench       speed and memory (BENCH=sync|open|keys|search|index|calendar|services N= PEERS=1)'
	@echo 'make check-schema check-samples check-lab check-interop   against outside references'
	@echo 'make fuzz        fuzz the parsers (FUZZ_SECONDS=60 FUZZ='mime ics')'
	@echo 'make deps man install uninstall format clean'

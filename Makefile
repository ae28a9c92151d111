# make demo, make demo-qa: see it work.  make test: know that it works.  All install what is missing
# first.
.PHONY: install install-units setup demo demo-qa test test-full check bench docs lock clean \
  image image-lock bundle test-image
.DELETE_ON_ERROR:
.PRECIOUS: .venv/packages-%

BIN := .venv/bin
PROCESSES := 2
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export DEBIAN_FRONTEND = noninteractive

setup: .venv/installed .venv/packages-test .venv/second-scu/installed .venv/other-drivers/installed

demo: .venv/installed
	$(BIN)/appliance demo

demo-qa: .venv/installed
	$(BIN)/appliance displayqa demo

test: setup
	$(BIN)/pytest -n $(PROCESSES)

test-full: setup .venv/display-kernel/installed
	$(BIN)/pytest -n $(PROCESSES) -m "not image"

check: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m tests.bench bench.json

docs: .venv/installed
	$(BIN)/python docs/generate.py

lock: .venv/installed
	python3 -m venv .venv/uv
	.venv/uv/bin/pip install --quiet uv
	.venv/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header pyproject.toml -o requirements.lock
	.venv/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header --extra dev --extra cluster pyproject.toml -o requirements-dev.lock

# The disk image of the box: docs/image.md. What was made before is in DOSE_IMAGE_CACHE and made again
# only when what it is made from changed.
ARCH := amd64
export DOSE_IMAGE_CACHE ?= /var/tmp/dose-image
IMAGE := PYTHONPATH=image-build $(BIN)/python -m image_build

image: .venv/packages-test .venv/packages-image .venv/installed
	$(if $(filter arm64,$(ARCH)),$(SUDO) sh -c 'cd /proc/sys/fs/binfmt_misc && { test -e status || \
	  mount -t binfmt_misc binfmt_misc .; } && update-binfmts --enable qemu-aarch64')
	$(IMAGE) image $(ARCH)

# A signed update from the same root: docs/updates.md. Its key is DOSE_RELEASE_KEY.
bundle: .venv/packages-test .venv/packages-image .venv/installed
	$(IMAGE) bundle $(ARCH)

image-lock: .venv/installed
	$(IMAGE) lock amd64
	$(IMAGE) lock arm64

test-image: setup image
	$(BIN)/pytest -m image $(if $(filter arm64,$(ARCH)),tests/image_arm64,tests/image)

# Onto a Debian or Raspberry Pi OS that is there already: docs/units.md. DESTDIR is the root of a tree
# that is being made.
LIB := $(DESTDIR)/usr/lib

install: install-units
	install -d "$(DESTDIR)/usr/bin"
	python3 -m venv --clear --copies "$(LIB)/dose-appliance/venv"
	"$(LIB)/dose-appliance/venv/bin/pip" install --quiet --require-hashes -r requirements.lock
	"$(LIB)/dose-appliance/venv/bin/pip" install --quiet --no-deps .
	sed -i '1s|^#!$(DESTDIR)|#!|' "$(LIB)"/dose-appliance/venv/bin/appliance
	ln -sfn ../lib/dose-appliance/venv/bin/appliance "$(DESTDIR)/usr/bin/appliance"

install-units:
	install -d "$(LIB)/systemd/system" "$(LIB)/udev/rules.d" "$(LIB)/dose-appliance"
	install -d "$(DESTDIR)/etc/dose-appliance" -m 755
	install -d "$(DESTDIR)/etc/dose-appliance/secrets" -m 700
	cp -RL $(wildcard systemd/*.service systemd/*.socket systemd/*.target systemd/*.timer \
	  systemd/*.path systemd/*.mount systemd/*.service.d) "$(LIB)/systemd/system"
	cp -RL systemd/sysusers.d systemd/tmpfiles.d "$(LIB)"
	cp -RL systemd/journald.conf.d "$(LIB)/systemd"
	cp -RL systemd/nftables "$(LIB)/dose-appliance"
	$(if $(wildcard hw/udev/*.rules),cp -L $(wildcard hw/udev/*.rules) "$(LIB)/udev/rules.d")

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf build dist *.egg-info bench.json demo-qa

# Stamps: each step is done again only when what it is made from is newer.
.venv/packages-%: packages.txt
	@missing=; for entry in $$(sed -n 's/^$* *\([^ ]*\).*/\1/p' packages.txt); do \
	  dpkg-query -W -f '$${db:Status-Status}\n' $$(echo $$entry | tr '|' ' ') 2>/dev/null \
	    | grep -qx installed || missing="$$missing $${entry##*|}"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing Debian packages:$$missing"; \
	  $(SUDO) apt-get -q update && \
	  $(SUDO) apt-get -q install -y --no-install-recommends $$missing </dev/null; \
	fi
	@mkdir -p .venv && touch $@

# npm comes with nodejs where that is not Debian's, so it is no line of packages.txt.
.venv/second-scu/installed: tests/receive/second_scu/package-lock.json .venv/installed
	@command -v npm >/dev/null || { $(SUDO) apt-get -q update && \
	  $(SUDO) apt-get -q install -y --no-install-recommends npm </dev/null; }
	@mkdir -p $(@D) && cp tests/receive/second_scu/package*.json $(@D)
	npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Meters' drivers that others wrote, some under the GPL: for tests alone, and apart from the box's.
.venv/other-drivers/installed: tests/meters/other_drivers/requirements.lock .venv/installed
	$(BIN)/pip install --quiet --no-deps --require-hashes --upgrade --target $(@D) -r $<
	@touch $@

# A kernel with drivers of displays, for a virtual machine: taken out of its package, not installed.
# On x86-64 alone.
.venv/display-kernel/installed:
	@mkdir -p $(@D) && rm -rf $(@D)/*
	cd $(@D) && $(SUDO) apt-get -q update && \
	  apt-get -q download $$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: //p')
	dpkg-deb --fsys-tarfile $(@D)/*.deb | tar -x -C $(@D) --wildcards './boot/vmlinuz-*' \
	  '*/fs/*.ko' '*/net/9p/*.ko' '*/drivers/virtio/*.ko' '*/drivers/gpu/drm/*.ko'
	@rm $(@D)/*.deb && touch $@

.venv/installed: .venv/packages-run requirements-dev.lock pyproject.toml
	python3 -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

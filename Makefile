# Two commands are all a new user needs: `make demo` and `make test`.
.PHONY: setup build demo run install test api sanitize test-compose lint format bench soak chaos fuzz clean

setup:
	@scripts/setup.sh

# The programs, in .build/release/.
build: setup
	@swift build -c release

# A real sync on SQLite, from set-up to the rows that arrived.
demo: build
	@python3 scripts/demo.py

# The same, left running.
run: build
	@python3 scripts/demo.py --keep

# The programs into /usr/local/bin, where they need no Swift, and units for systemd; see docs/DEPLOYMENT.md.
install: setup
	@scripts/programs.sh $(DESTDIR)/usr/local/bin
	@install -D -m 644 -t $(DESTDIR)/etc/systemd/system deploy/systemd/*.service
	@install -D -m 644 deploy/systemd/swiftlet.sysusers $(DESTDIR)/etc/sysusers.d/swiftlet.conf
	@install -D -m 644 -t $(DESTDIR)/usr/local/share/doc/swiftlet docs/DEPLOYMENT.md docs/OPERATIONS.md

# Everything: style, the programs and every test.
test: setup lint
	@scripts/test.sh
	@scripts/sanitize.sh

# What the tests say of the API, written anew: docs/openapi.json, Tests/api-tests.txt and docs/api-compatibility.md.
api: setup
	@scripts/api.sh

# What touches C and raw memory, under the address and leak sanitizers.
sanitize: setup
	@scripts/sanitize.sh

# The images, compose files and units of deploy/, with a real container engine; see docs/DEPLOYMENT.md.
test-compose:
	@scripts/test-compose.sh

lint:
	@# In parts, since it opens all of its files at once.
	@find Package.swift Sources Benchmarks Tests -name '*.swift' -print0 | xargs -0 -n 300 swift format lint --strict --parallel
	@scripts/lint.sh

format:
	@swift format --in-place --recursive --parallel Package.swift Sources Benchmarks Tests

# Figures, side by side with what they are measured against; see docs/benchmarks.md.
bench: build
	@python3 Benchmarks/bench.py

# 50 million rows from Postgres to Postgres, with a kill in the middle: about 10 minutes and 25 GB of disk.
soak: build
	@python3 Benchmarks/soak.py

# The long form of the chaos tests.
chaos: build
	@SWIFTLET_CHAOS=long scripts/test.sh --filter ChaosTests

# The long form of the tests on made-up input, under the address sanitizer, and which lines of the sources it reached.
fuzz: setup
	@scripts/fuzz.sh

clean:
	rm -rf .build

# What a change has to pass; .ci/run does the same without just.

# List the recipes.
default:
    @just --list

# Everything that must hold.
check:
    .ci/run

# The tests.
test *args:
    cargo test {{args}}

# Tests of the command line again, on services that misbehave; takes most of half an hour.
bad-days *args:
    cargo test --test bad_days -- {{args}}

# Made-up people whose accounts change, as many worlds as asked for; --seed=N replays one.
worlds *args:
    cargo test --test worlds -- {{args}}

# Take over changed goldens, after reading the difference.
goldens:
    INSTA_UPDATE=always cargo test

# Write the schemas anew.
schemas:
    cargo run --quiet -- schema config > schemas/org.schema.json
    cargo run --quiet -- schema plan > schemas/plan.schema.json
    cargo run --quiet -- schema state > schemas/state.schema.json
    cargo run --quiet -- schema world > schemas/world.schema.json
    cargo run --quiet -- schema live > schemas/live.schema.json

# Write docs/findings.md anew, from the rules and the cases.
findings:
    INSTA_UPDATE=always cargo test --test main rules::rules_page

# Speed and memory beside a floor; see docs/performance.md.
bench:
    cargo bench --bench plan

# Move the example organization onto its tenant, in the sandbox.
demo:
    cargo run -- -C examples/contoso --sandbox live.json apply --auto-approve

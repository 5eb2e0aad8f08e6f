# Foreign decoders from npm, locked with hashes; without npm the tests that need them say so.
if command -v npm >/dev/null 2>&1; then
  if [ ! -e tests/foreign/node_modules/.package-lock.json ] || [ tests/foreign/package-lock.json -nt tests/foreign/node_modules/.package-lock.json ]; then
    say "installing foreign decoders from npm"
    (cd tests/foreign && npm ci --silent --no-audit --no-fund) || say "npm failed: foreign decoders are missing"
  fi
else
  say "npm is not installed: foreign decoders of the paper are missing"
fi

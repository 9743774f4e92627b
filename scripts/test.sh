#!/usr/bin/env bash
# All tests: lint, borders, types, unit, build, end to end in real Chromium. Every stage runs even when one before it
# fails (the last needs the build), and the closing line counts what the two test runners themselves reported.
set -u
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed_stages=()

stage() {
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@" </dev/null; then
    printf '== %s: done in %d s\n' "$name" $((SECONDS - start))
  else
    failed_stages+=("$name")
    printf '== %s: FAILED after %d s\n' "$name" $((SECONDS - start))
    return 1
  fi
}

stage lint npm run -s lint
stage types npm run -s types
stage unit vitest run --reporter=default --reporter=json --outputFile.json="$out/unit.json"
if stage build npm run -s build && stage chromium node scripts/chromium.mjs; then
  # What the page showed when a test failed says more than the sentence that it failed.
  PLAYWRIGHT_JSON_OUTPUT_NAME="$out/e2e.json" stage e2e playwright test --reporter=list,json || tail -n +1 test-results/*/error-context.md
else
  failed_stages+=(e2e)
fi

node scripts/test-summary.mjs "$out/unit.json" "$out/e2e.json" "${failed_stages[@]+"${failed_stages[@]}"}"

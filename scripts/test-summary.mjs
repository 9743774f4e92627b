import { readFileSync } from 'node:fs';

/**
 * Sums what vitest and Playwright wrote into their own reports and prints the closing line. A stage that failed without
 * failing a test (lint, types, build, a runner that died) counts as one failure, so that the line can never be clean
 * when something was not. Exits 0 only when nothing failed and both runners ran tests.
 */
const [unitFile, e2eFile, ...failedStages] = process.argv.slice(2);

const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

const unit = read(unitFile);
const unitTests = (unit?.testResults ?? []).flatMap((file) => file.assertionResults.map((test) => ({ name: test.fullName, status: test.status })));
const count = {
  unit: {
    passed: unit?.numPassedTests ?? 0,
    // A test file that could not be loaded holds no tests but is a failure all the same.
    failed: (unit?.numFailedTests ?? 0) + (unit?.testResults ?? []).filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')).length,
    skipped: unitTests.filter((test) => test.status !== 'passed' && test.status !== 'failed').map((test) => test.name),
  },
};

const e2e = read(e2eFile);
const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)];
const e2eTests = (e2e?.suites ?? []).flatMap(specs).flatMap((spec) => spec.tests.map((test) => ({ name: spec.title, status: test.status })));
count.e2e = {
  passed: e2eTests.filter((test) => test.status === 'expected').length,
  // A test that passes only when tried again has failed.
  failed: e2eTests.filter((test) => test.status === 'unexpected' || test.status === 'flaky').length + (e2eTests.length > 0 ? 0 : (e2e?.errors?.length ?? 0)),
  skipped: e2eTests.filter((test) => test.status === 'skipped').map((test) => test.name),
};

const silent = failedStages.filter((stage) => !(stage in count) || count[stage].failed === 0);
const missing = ['unit', 'e2e'].filter((runner) => count[runner].passed + count[runner].failed === 0 && !silent.includes(runner));
const passed = count.unit.passed + count.e2e.passed;
const failed = count.unit.failed + count.e2e.failed + silent.length + missing.length;
const skipped = [...count.unit.skipped, ...count.e2e.skipped];

process.stdout.write('\n');
for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
for (const stage of [...silent, ...missing]) process.stdout.write(`failed stage: ${stage}\n`);
process.stdout.write(`unit ${count.unit.passed} passed, ${count.unit.failed} failed; end to end ${count.e2e.passed} passed, ${count.e2e.failed} failed; ${skipped.length} skipped\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

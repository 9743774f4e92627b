import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright';

const SYSTEM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];
const INSTALL_LIMIT_MS = 300_000;

/** Path of a Chromium that is already on the machine, or undefined. CHROMIUM_PATH wins. */
export function chromiumPath() {
  const own = process.env.CHROMIUM_PATH;
  if (own && existsSync(own)) return own;
  const playwrightsOwn = chromium.executablePath();
  if (existsSync(playwrightsOwn)) return playwrightsOwn;
  return SYSTEM_PATHS.find((path) => existsSync(path));
}

/** Runs a command without input; says so and goes on when it fails. */
function attempt(command, args) {
  try {
    execFileSync(command, args, {
      stdio: ['ignore', process.stderr, process.stderr],
      timeout: INSTALL_LIMIT_MS,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    return true;
  } catch {
    process.stderr.write(`${command} ${args.join(' ')} did not succeed\n`);
    return false;
  }
}

/**
 * Finds a Chromium or installs one: Playwright's own download first (with the libraries it needs), and where that is
 * refused the distribution's package, which brings its libraries along.
 */
export function ensureChromium() {
  if (chromiumPath()) return chromiumPath();
  if (attempt('npx', ['playwright', 'install', 'chromium'])) attempt('npx', ['playwright', 'install-deps', 'chromium']);
  else if (attempt('apt-get', ['update', '-q'])) attempt('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']);
  const found = chromiumPath();
  if (found) return found;
  throw new Error('No Chromium found and none could be installed: install one and set CHROMIUM_PATH to it.');
}

if (process.argv[1] && resolve(process.argv[1]) === resolve(import.meta.filename)) {
  try {
    process.stderr.write(`Chromium: ${ensureChromium()}\n`);
  } catch (problem) {
    process.stderr.write(`${problem.message}\n`);
    process.exit(1);
  }
}

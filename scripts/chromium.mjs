import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const SYSTEM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of a Chromium that is already on the machine, or undefined. CHROMIUM_PATH wins. */
export function chromiumPath() {
  const own = process.env.CHROMIUM_PATH;
  if (own && existsSync(own)) return own;
  const playwrightsOwn = chromium.executablePath();
  if (existsSync(playwrightsOwn)) return playwrightsOwn;
  return SYSTEM_PATHS.find((path) => existsSync(path));
}

/** Finds a Chromium or installs one: Playwright's download first, then the distribution's package. */
export function ensureChromium() {
  if (chromiumPath()) return chromiumPath();
  const attempts = [
    ['npx', ['playwright', 'install', '--with-deps', 'chromium']],
    ['bash', ['-c', 'apt-get update -q && apt-get install -y -q chromium']],
  ];
  for (const [command, args] of attempts) {
    try {
      execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    } catch {
      process.stderr.write(`${command} ${args.join(' ')} did not succeed\n`);
    }
    if (chromiumPath()) return chromiumPath();
  }
  throw new Error('No Chromium found and none could be installed: set CHROMIUM_PATH to one.');
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].split('/').pop())) {
  process.stderr.write(`Chromium: ${ensureChromium()}\n`);
}

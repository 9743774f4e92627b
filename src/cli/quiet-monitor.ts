import { setImmediate } from 'node:timers/promises';
import type { Issue } from '../core/issue';
import type { Monitor } from '../core/ports';

/** A monitor for the terminal: collects issues, shows no progress, is never cancelled. */
export function quietMonitor(issues: Issue[]): Monitor {
  return {
    progress: () => undefined,
    issue: (met) => void issues.push(met),
    cancelled: () => false,
    nowMs: () => performance.now(),
    breathe: () => setImmediate(),
  };
}

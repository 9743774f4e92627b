import { readFileSync, readdirSync } from 'node:fs';

/** Parent of each process of this machine, from /proc. */
function parents(): Map<number, number> {
  const map = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The second field is the name in brackets and may hold anything; the parent is the second one behind it.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      map.set(Number(name), Number(fields[1]));
    } catch {
      // It ended while we looked.
    }
  }
  return map;
}

/** Bytes held by all processes below one, without itself; memory that they share is counted once (proportional set size). */
export function treeBytes(pid: number): number {
  const parent = parents();
  const belongs = (one: number): boolean => {
    for (let at: number | undefined = one; at !== undefined && at > 1; at = parent.get(at)) if (at === pid) return true;
    return false;
  };
  let bytes = 0;
  for (const one of parent.keys()) {
    if (one === pid || !belongs(one)) continue;
    try {
      bytes += 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended while we looked.
    }
  }
  return bytes;
}

/** Watches the processes below one until stopped, and gives the largest size seen, bytes. */
export function watchPeak(pid: number): { stop(): number } {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, treeBytes(pid));
  };
  const timer = setInterval(look, 250);
  return {
    stop() {
      clearInterval(timer);
      look();
      return peak;
    },
  };
}

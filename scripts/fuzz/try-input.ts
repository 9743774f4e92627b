import { ISSUE_CODES } from '../../src/core/issue-codes';
import type { Issue } from '../../src/core/issue';
import { judgeFile } from '../../src/dicom/conformance';
import type { CodecHost } from '../../src/dicom/decode/codec-host';
import { openStudy } from '../../src/study/open-study';
import { quietMonitor } from '../../src/cli/quiet-monitor';
import { mutatedInput } from './mutate';
import { Random } from './random';

/** An input took longer than this: a hang, to a person who waits. Processor time, so that a machine under load is not blamed. */
export const HANG_MS = 2000;

/**
 * Reads input number `seed` as a file and as a study. Null when it was decoded or refused with a listed code in time; else what
 * went wrong, in words for the one who repairs it.
 */
export async function tryInput(seed: number, files: readonly Uint8Array<ArrayBuffer>[], codecs: CodecHost): Promise<string | null> {
  const bytes = mutatedInput(new Random(seed), files);
  const source = { name: 'input', sizeBytes: bytes.length, read: (from: number, to: number) => Promise.resolve(bytes.slice(from, to)) };
  const before = process.cpuUsage();
  const issues: Issue[] = [];
  try {
    const verdict = await judgeFile(source, codecs, () => undefined);
    if (verdict.issue !== undefined) issues.push(verdict.issue);
    const study = await openStudy({ sources: [source], codecs, monitor: quietMonitor(issues), onVolume: () => undefined, share: false });
    if (!study.ok) issues.push(study.issue);
  } catch (thrown) {
    return `threw ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`;
  }
  const unnamed = issues.find(({ code }) => !ISSUE_CODES.includes(code) || code === 'internal-error');
  if (unnamed !== undefined) return `issue ${unnamed.code}`;
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1000;
  return tookMs > HANG_MS ? `took ${Math.round(tookMs)} ms of processor time` : null;
}

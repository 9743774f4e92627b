import { issue, type Issue } from '../core/issue';
import type { NetworkEngine, NetworkRunner } from '../core/ports';
import type { Result } from '../core/result';

/**
 * An engine that moves from `first` to a second one for good when a network cannot be opened or run on the first.
 * The move is told once, as `backend-fallback`. What is wrong with the pack itself fails on the second as well.
 */
export function fallingEngine(
  first: NetworkEngine,
  makeSecond: () => Promise<NetworkEngine>,
  onIssue: (issue: Issue) => void,
): NetworkEngine {
  let current = first;
  let second: Promise<NetworkEngine> | null = null;
  const fall = async (): Promise<NetworkEngine> => {
    second ??= (async () => {
      const engine = await makeSecond();
      // Whoever is told asks what runs now. A device that is lost may never answer that it was let go.
      current = engine;
      onIssue(issue('backend-fallback', 'note', undefined, { from: first.backend, to: engine.backend }));
      void first.release().catch(() => undefined);
      return engine;
    })();
    return second;
  };
  const open = async (file: string): Promise<Result<NetworkRunner>> => {
    const engine = current;
    const opened = await engine.open(file);
    if (opened.ok || engine !== first) return opened;
    return (await fall()).open(file);
  };
  return {
    get backend() {
      return current.backend;
    },
    get threads() {
      return current.threads;
    },
    async open(file) {
      const opened = await open(file);
      if (!opened.ok) return opened;
      return {
        ...opened,
        value: {
          async run(inputs) {
            // Asked anew each time: the pack may have moved since this network was opened.
            const runner = await open(file);
            if (!runner.ok) return runner;
            const engine = current;
            const answer = await runner.value.run(inputs);
            if (answer.ok || engine !== first) return answer;
            const again = await (await fall()).open(file);
            return again.ok ? again.value.run(inputs) : again;
          },
        },
      };
    },
    release: () => current.release(),
  };
}

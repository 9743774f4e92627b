/**
 * The reading room's code, with Cornerstone in it: half of all the page's script, so it is not part of the first screen. It is
 * fetched once; asking early, while files are still being read, takes its time out of the wait for the first image.
 */
export async function loadRoom(): Promise<typeof import('../viewer/reading-room')> {
  const room = await import('../viewer/reading-room');
  await room.ReadingRoom.prepare();
  return room;
}

/** Fetches the room when the first screen has settled. A failure is met again, and told, when the room is needed. */
export function loadRoomWhenIdle(): void {
  const load = (): void => void loadRoom().catch(() => undefined);
  if ('requestIdleCallback' in globalThis) requestIdleCallback(load, { timeout: 5000 });
  else setTimeout(load, 1500);
}

import type { Issue } from '../../core/issue';
import type { SeriesRow } from './state';

/** Ids of the volumes, in their order, that an issue says are parts of one scan; null for any other issue. */
export function joinablePartsOf({ code, data }: Issue): readonly string[] | null {
  const volumes = code === 'series-joinable' ? data?.['volumes'] : undefined;
  return typeof volumes === 'string' ? volumes.split(' ') : null;
}

/** Volumes of the case that can be joined, each offer in the order of its parts. */
export function joinOffersOf(issues: readonly Issue[], series: readonly SeriesRow[]): readonly (readonly SeriesRow[])[] {
  return issues.flatMap((issue) => {
    const parts = (joinablePartsOf(issue) ?? []).flatMap((id) => series.find(({ volumeId }) => volumeId === id) ?? []);
    return parts.length > 1 && parts.length === joinablePartsOf(issue)?.length ? [parts] : [];
  });
}

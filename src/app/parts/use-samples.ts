import { useEffect, useState } from 'react';
import type { GalleryCase } from '../../core/gallery';
import { listSamples } from '../samples';

/** The gallery's cases, empty until they are listed. */
export function useSamples(): readonly GalleryCase[] {
  const [cases, setCases] = useState<readonly GalleryCase[]>([]);
  useEffect(() => {
    let gone = false;
    void listSamples().then((list) => {
      if (!gone) setCases(list);
    });
    return () => {
      gone = true;
    };
  }, []);
  return cases;
}

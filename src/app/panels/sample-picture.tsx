import { useState, type ReactElement } from 'react';
import { Icon, type IconName } from '../parts/icon';

/** A small picture of a sample; its icon where this site has none. */
export function SamplePicture({ id, icon }: { readonly id: string; readonly icon: IconName }): ReactElement {
  const [missing, setMissing] = useState(false);
  return (
    <span className="sample-picture" aria-hidden="true">
      {missing ? <Icon name={icon} size={22} /> : <img src={`thumbnails/${id}.jpg`} alt="" width={64} height={64} onError={() => setMissing(true)} />}
    </span>
  );
}

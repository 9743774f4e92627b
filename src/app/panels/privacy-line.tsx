import { useSyncExternalStore, type ReactElement } from 'react';
import { offlineState, subscribeOffline, takeOverUpdate } from '../offline/register';
import { Icon } from '../parts/icon';
import { useWords } from '../parts/use-words';
import { privacyCount, subscribePrivacy } from '../privacy-counter';

/** What left the page, and whether it works without a network: measured, not promised. */
export function PrivacyLine({ long }: { readonly long?: boolean }): ReactElement {
  const { t } = useWords();
  const count = useSyncExternalStore(subscribePrivacy, privacyCount);
  const offline = useSyncExternalStore((changed) => subscribeOffline(changed), offlineState);
  const foreign = count.foreignHosts.length;
  return (
    <div className={long ? 'privacy long' : 'privacy'}>
      <span className={count.sentBytes + foreign > 0 ? 'danger' : ''} title={t('privacy.what')} data-testid="bytes-sent">
        <Icon name="shield" size={16} /> {t('privacy.sent', { bytes: count.sentBytes })}
        {long ? <> · {t('privacy.hosts', { count: foreign })}</> : null}
      </span>
      {offline.kind === 'ready' ? (
        <span title={t('privacy.offline.how')} data-testid="offline-ready">
          <Icon name="offline" size={16} /> {t('privacy.offline')}
        </span>
      ) : null}
      {offline.kind === 'ready' && offline.updateWaiting ? (
        <span role="status" data-testid="update-ready">
          {t('update.ready')} ·{' '}
          <button type="button" className="button small" title={t('update.how')} onClick={takeOverUpdate}>
            {t('update.use')}
          </button>
        </span>
      ) : null}
      {long && offline.kind === 'fetching' ? (
        <span className="secondary">
          {t('privacy.fetching', { held: Math.round(offline.heldBytes / 1e6), total: Math.round(offline.totalBytes / 1e6) })}
        </span>
      ) : null}
      {long && offline.kind === 'ready' ? <span className="secondary">{t('privacy.offline.how')}</span> : null}
    </div>
  );
}

import type { ReactElement } from 'react';
import { Icon } from '../parts/icon';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';

const ORDER = { error: 0, warning: 1, note: 2 } as const;

/** What was not loaded, or loaded with a doubt: by name and reason. */
export function NotesPanel(): ReactElement {
  const words = useWords();
  const issues = useApp((state) => state.issues);
  if (issues.length === 0) return <p>{words.t('notes.none')}</p>;
  return (
    <ul className="notes">
      {[...issues]
        .sort((a, b) => ORDER[a.severity] - ORDER[b.severity])
        .map((issue, n) => {
          const { title, todo } = words.issue(issue);
          return (
            <li key={n} className={issue.severity}>
              <Icon name={issue.severity === 'note' ? 'note' : 'warn'} size={16} />
              <div>
                {issue.where ? <div className="where">{issue.where}</div> : null}
                <div>{title}</div>
                <div className="secondary">{todo}</div>
              </div>
            </li>
          );
        })}
    </ul>
  );
}

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { registerOffline } from './offline/register';
import { startPrivacyCounter } from './privacy-counter';
import { loadRoomWhenIdle } from './room-ahead';
import { startSession } from './session';
import { useApp } from './store/store';
import { lookForKeptCase, watchForKeeping } from './survival/survival';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/first.css';
import './styles/reading.css';
import './styles/column.css';
import './styles/panels.css';
import './styles/print.css';

startPrivacyCounter();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
void startSession();
watchForKeeping();
void lookForKeptCase();
loadRoomWhenIdle();
if (import.meta.env.PROD) void registerOffline(() => useApp.getState().caseId === 0 && useApp.getState().opening === null);

import type { ReactElement } from 'react';
import { Column } from './column';
import { Panes } from './panes';
import { PrintReport } from './print-report';
import { Rail } from './rail';
import { Refusal } from './refusal';
import { StatusBar } from './status-bar';
import { TopBar } from './top-bar';

/** Images first: rail, panes, the reading column, and what runs below. */
export function ReadingScreen(): ReactElement {
  return (
    <div className="reading">
      <TopBar />
      <Rail />
      <main className="stage">
        <Panes />
        <Refusal />
      </main>
      <Column />
      <StatusBar />
      <PrintReport />
    </div>
  );
}

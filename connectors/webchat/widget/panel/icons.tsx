import type { Tick } from './rows.ts';

const paths = {
  close: 'M6 6l12 12M18 6 6 18',
  attach:
    'm20 11.5-8.2 8.2a5.3 5.3 0 0 1-7.5-7.5l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.6 8.6a1.8 1.8 0 0 1-2.5-2.5l7.9-7.9',
  send: 'M5 12h13.5M12.5 5.5 19 12l-6.5 6.5',
  file: 'M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8Zm0 0v5h5',
};

export const Icon = ({ name }: { name: keyof typeof paths }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);

const ticks: Record<Tick, string> = {
  waiting: 'M8 3.5a5 5 0 1 0 .01 0M8 6v2.5l1.7 1',
  sent: 'm3.5 8.5 3 3 6-7',
  delivered: 'm1 8.5 3 3 6-7M7.5 11l.5.5 6-7',
  read: 'm1 8.5 3 3 6-7M7.5 11l.5.5 6-7',
  refused: 'M8 2.5a5.5 5.5 0 1 0 .01 0M8 5.5v3M8 10.8v.01',
};

/** The look of a state, with its name for those who don't see it. */
export const TickMark = ({ tick, label }: { tick: Tick; label: string }) => (
  <span class={`tick ${tick}`} data-tick={tick}>
    <svg viewBox="0 0 15 15" aria-hidden="true">
      <path d={ticks[tick]} />
    </svg>
    <span class="hide">{label}</span>
  </span>
);

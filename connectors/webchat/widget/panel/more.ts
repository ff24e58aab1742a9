import type { ComponentType } from 'preact';
import type { Queue } from '../bridge.ts';
import type { Shown } from './shown.ts';

/** This script's own element: `more.js` lies beside it, and needs the same nonce. */
const own = document.currentScript as HTMLScriptElement | null;
let draw: ComponentType<Shown> | undefined;
let loading = false;

/** What draws forms, ticks, scales and facts: undefined until it is here. After a failure the next drawing asks again. */
export function loadMore(): ComponentType<Shown> | undefined {
  if (!draw && !loading && own) {
    loading = true;
    const script = document.createElement('script');
    script.src = new URL('more.js', own.src).href;
    script.nonce = own.nonce;
    script.onerror = () => (loading = false);
    document.head.append(script);
  }
  return draw;
}

/** Lends `more.js` what the panel has already, and waits for it. */
export function lend(lent: object, came: (css: string) => void): void {
  Object.assign(window.passerelle as Queue, {
    lent,
    more: (drawn: ComponentType<Shown>, css: string) => {
      draw = drawn;
      came(css);
    },
  });
}

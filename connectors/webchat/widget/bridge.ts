/** What the loader, which is on every page, and the panel, which comes later, know of each other. */
export interface Bridge {
  /** The account's public id, from `data-key`. */
  key: string;
  /** `https://host/hooks/webchat/acc_…` */
  hookUrl: string;
  /** Inside the shadow root: what the panel is drawn into. */
  mount: HTMLElement;
  root: ShadowRoot;
  language: 'en' | 'fr';
  /** For dates and amounts: the visitor's own form of that language. */
  locale: string;
  /** Asks the page for the visitor's identity; undefined: anonymous. */
  identity(): Promise<string | undefined>;
  close(): void;
  /** The number on the launcher. */
  unread(count: number): void;
}

/** What the panel gives back. */
export interface PanelHandle {
  setOpen(open: boolean): void;
  /** The identity changed: another thread. */
  restart(): void;
  /** Forgets the visitor on this device. */
  forget(): void;
}

export type MountPanel = (bridge: Bridge) => PanelHandle;

export type Command =
  | ['open']
  | ['close']
  | ['toggle']
  | ['identify', string | (() => string | Promise<string>)]
  | ['logout'];

/** `window.passerelle`: an array before the loader runs, this afterwards. */
export interface Queue {
  push(...commands: Command[]): void;
  /** For the panel's script alone. */
  panel?(mount: MountPanel): void;
  /** For `more.js` alone: what it draws with, and where it says that it is here. */
  lent?: object;
  more?(draw: unknown, css: string): void;
}

declare global {
  interface Window {
    passerelle?: Queue | Command[];
  }
}

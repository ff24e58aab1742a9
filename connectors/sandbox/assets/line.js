function url() {
  const to = new URL('socket', location.href);
  to.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  to.search = '';
  to.searchParams.set('key', new URLSearchParams(location.search).get('key') ?? '');
  return to;
}

/**
 * The line to the gateway: a WebSocket that comes back by itself. What the consumer writes waits here until the gateway says
 * that it is safe, and goes out again after a cut; the gateway knows a second copy by its id.
 */
export function openLine({ onTold, onState }) {
  const owed = new Map();
  let socket;
  let tries = 0;

  const connect = () => {
    socket = new WebSocket(url());
    socket.addEventListener('open', () => {
      tries = 0;
      onState('online');
      for (const frame of owed.values()) socket.send(JSON.stringify(frame));
    });
    socket.addEventListener('message', ({ data }) => {
      const told = JSON.parse(data);
      if (told.type === 'accepted') owed.delete(told.id);
      onTold(told);
    });
    socket.addEventListener('close', ({ code }) => {
      if (code === 4401) return onState('locked');
      onState('offline');
      setTimeout(connect, Math.min(8000, 300 * 2 ** tries++) * (0.7 + Math.random() * 0.6));
    });
  };
  connect();
  return {
    /** `keep`: goes out again after a cut, until it is accepted. */
    send(frame, { keep = false } = {}) {
      if (keep) owed.set(frame.id, frame);
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
  };
}

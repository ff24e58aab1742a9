import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { useSmsc } from './lab.testing.ts';
import { BindRefusedError } from './session.ts';

const lab = useSmsc();

describe('connection', () => {
  it('binds as a transceiver with version 3.4 and unbinds when it is closed', async () => {
    const session = await lab.connect();
    expect((await lab.smsc.state()).bound).toEqual(['passerelle']);
    await session.close();
    await expect(session.closed).resolves.toBe('closed');
    const state = await lab.smsc.until(({ bound }) => bound.length === 0);
    expect(state).toMatchObject({ binds: 1, unbinds: 1 });
  });

  it('rejects with the status when the password is wrong, and tells no secret', async () => {
    const error: unknown = await lab
      .connect({}, { credentials: { password: 'wrong-pw' } })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BindRefusedError);
    expect(error).toMatchObject({ status: 0x0e, name: 'bind_refused_ESME_RINVPASWD' });
    expect(String(error)).not.toContain('wrong-pw');
    expect((await lab.smsc.until(({ refusedBinds }) => refusedBinds === 1)).bound).toEqual([]);
  });

  it('rejects when nothing listens there', async () => {
    const port = lab.smsc.port;
    await lab.smsc.stop();
    await expect(lab.connect({ port })).rejects.toMatchObject({ reason: 'connect' });
  });

  it('rejects when the bind is not answered', async () => {
    await lab.smsc.set({ deaf: true });
    await expect(lab.connect({ response_seconds: 1 })).rejects.toThrow('did not answer');
  });

  it('connects to no network that the operator did not allow, by address or by name', async () => {
    lab.host.host.settings = { allowedNetworks: [] };
    await expect(lab.connect()).rejects.toMatchObject({ reason: 'guard' });
    await expect(lab.connect({ host: 'localhost' })).rejects.toMatchObject({ reason: 'guard' });
    expect((await lab.smsc.state()).binds).toBe(0);
  });

  it('asks whether the link lives, and closes when no answer comes', async () => {
    const session = await lab.connect({ enquire_link_seconds: 1, response_seconds: 1 });
    await lab.smsc.until(({ enquireLinks }) => enquireLinks > 0);
    await lab.smsc.set({ deaf: true });
    await expect(session.closed).resolves.toBe('enquire_link_unanswered');
  });

  it('closes when the connection is cut, and can be opened again', async () => {
    const session = await lab.connect();
    await lab.smsc.command({ do: 'drop' });
    await expect(session.closed).resolves.toBe('connection_closed');
    await expect(lab.send(session, 'to nobody')).resolves.toMatchObject({
      type: 'rejected',
      failure: { code: 'account_disconnected', permanent: false },
    });
    const again = await lab.connect();
    await expect(lab.send(again, 'back again')).resolves.toMatchObject({ type: 'sent' });
  });

  it('goes when the SMSC unbinds', async () => {
    const session = await lab.connect();
    await lab.smsc.command({ do: 'unbind' });
    await expect(session.closed).resolves.toBe('unbound_by_smsc');
  });

  it('answers enquire_link and unknown commands, and breaks off where a length cannot be', async () => {
    const session = await lab.connect();
    // enquire_link, an unknown command, and a length of 8
    await lab.smsc.command({ do: 'raw', hex: '00000010000000150000000000000063' });
    await lab.smsc.command({ do: 'raw', hex: '00000010000004440000000000000064' });
    await lab.smsc.until(({ nacks, enquireAnswers }) => nacks === 1 && enquireAnswers === 1);
    await lab.smsc.command({ do: 'raw', hex: '0000000800000015' });
    await expect(session.closed).resolves.toBe('invalid_length');
    // the SMSC notices the end of the line a moment after the nack
    await lab.smsc.until(({ nacks, bound }) => nacks === 2 && bound.length === 0);
  });
});

describe('TLS', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterAll(() => servers.forEach((server) => server.close()));

  it('does not speak SMPP to a peer without TLS where TLS is wanted', async () => {
    const heard: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk);
        socket.destroy();
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(lab.connect({ port, tls: true })).rejects.toMatchObject({ reason: 'connect' });
    expect(Buffer.concat(heard).toString('latin1')).not.toContain('secret-pw');
  });
});

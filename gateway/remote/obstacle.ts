import type { Connector } from '../../connectors/contract/index.ts';

/**
 * Why a connector of ours has to stay in the gateway's process, or undefined if it can run in another. Only what the wire carries can:
 * sends, hooks, held connections, media, probes.
 */
export function remoteObstacle(connector: Connector): string | undefined {
  if (connector.server)
    return 'it runs a server of its own, or live clients of its own come through the gateway';
  if (connector.pages) return 'it serves pages of its own through the gateway';
  return undefined;
}

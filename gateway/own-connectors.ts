import type { Connector } from '../connectors/contract/index.ts';
import { connectors } from '../connectors/generated/registry.ts';
import { remoteObstacle } from './remote/obstacle.ts';
import { SettingError } from './settings.ts';
import type { Settings } from './settings.ts';

/** What the gateway runs itself: all but what the operator runs elsewhere. */
export const ownConnectors = ({ remoteConnectors }: Settings): Connector[] =>
  connectors.filter((connector) => {
    const { name } = connector.manifest;
    if (!remoteConnectors.includes(name)) return true;
    const obstacle = remoteObstacle(connector);
    if (obstacle === undefined) return false;
    throw new SettingError({
      setting: 'PASSERELLE_REMOTE_CONNECTORS',
      problem: `names ${name}, which cannot run in a process of its own: ${obstacle}`,
      mend: `take ${name} out of it`,
    });
  });

/**
 * Version of the protocol: of the HTTP API, the events and the wire of connectors together. `info.version` of both documents.
 * The first number grows with a change that breaks whoever reads or writes, the second with an addition, the third with a wording.
 */
export const protocolVersion = '1.0.0';

/** The first number: paths (`/v1`), subjects (`psr.v1`) and the `$id` of JSON Schemas bear it. */
export const majorOf = (version: string): number => Number.parseInt(version, 10);

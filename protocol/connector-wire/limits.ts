/** Version of the wire between the gateway and connectors in other processes; a registration names it. */
export const wireProtocol = 1;

/**
 * Largest message on the wire, in bytes of JSON: below the 1 MiB that a NATS server takes unless told otherwise
 * (https://docs.nats.io/running-a-nats-service/configuration, `max_payload`), with room for headers.
 */
export const maxWireBytes = 1_000_000;

/** Bytes that one message may carry in base64: a hook's body, a media item that came along, a piece of a larger one. */
export const maxWireBody = 512 * 1024;

/** Largest media item that a connector may hand over, in bytes; it comes in pieces of `maxWireBody`. */
export const maxWireMediaBytes = 32 * 1024 * 1024;

/** How often an instance registers again, in milliseconds; one that was silent for three times as long counts as gone. */
export const heartbeatMs = 5000;

/** Items in one accept. */
export const maxWireItems = 100;

/** How long the gateway waits for the reply to a send, unless the manifest says otherwise. */
export const defaultSendTimeoutMs = 30_000;

/** Templates of one account, all replies together. */
export const maxWireTemplates = 2000;

/** Exchanges with a platform in one message, and the bytes that such a message may have. */
export const maxWireExchanges = 50;
export const maxWireExchangesBytes = 256 * 1024;

/** Messages with exchanges that are read of one connector in a second; what is beyond is not read. */
export const wireExchangesPerSecond = 20;

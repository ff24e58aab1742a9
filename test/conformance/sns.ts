import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { HookRequest, PublicKeys } from '../../connectors/contract/index.ts';
import { readJson } from '../../connectors/kit/body.ts';
import { suiteNowMs } from './scripted.ts';

export const snsTopic = 'arn:aws:sns:eu-west-1:123456789012:passerelle';

const signedMembers = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** Amazon SNS with keys of our own, as its document has it and not by what is tested. */
export function snsSigner(): {
  keys: PublicKeys;
  /** A call as SNS makes it: signed in the body, which is a fixture's, or made around what is none of SNS's. */
  notified(request: HookRequest, more?: object): HookRequest;
} {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    keys: [{ ...publicKey.export({ format: 'jwk' }) }],
    notified: (request, more = {}) => {
      const read = readJson(request.body);
      return read.ok ? { ...request, body: Buffer.from(signedBody(read.value, more, privateKey)) } : request;
    },
  };
}

function signedBody(value: unknown, more: object, key: KeyObject): string {
  const given = Object(value) as Record<string, unknown>;
  const message: Record<string, unknown> = {
    Type: 'Notification',
    MessageId: 'sns-1',
    TopicArn: snsTopic,
    Message: JSON.stringify(value),
    Timestamp: new Date(suiteNowMs).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem',
    ...('TopicArn' in given ? given : {}),
    ...more,
  };
  const lines = signedMembers.flatMap((name) =>
    name in message ? [`${name}\n${String(message[name])}\n`] : [],
  );
  const algorithm = message['SignatureVersion'] === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const signature = sign(algorithm, Buffer.from(lines.join('')), key).toString('base64');
  return JSON.stringify({ ...message, Signature: signature });
}

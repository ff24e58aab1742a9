export { verifyBird, verifyMessageBirdJwt } from './bird.ts';
export { verifyDiscord, verifyTelnyx } from './ed25519.ts';
export { verifyGoogleRcs } from './google-rcs.ts';
export {
  bearerOf,
  dialog360Signature,
  lineSignature,
  metaSignature,
  telegramSecretHeader,
  verifyBasic,
  verifyBearer,
  verifyBodySignature,
  verifyHeaderSecret,
  verifyQueryToken,
  viberSignature,
} from './header.ts';
export type { BodySignature } from './header.ts';
export { readPublicJwt } from './rs256.ts';
export { signV4 } from './sigv4.ts';
export { snsCertificate, snsSubscription, verifySns } from './sns.ts';
export { verifyStandardWebhook } from './standard.ts';
export { verifySinch, verifySlack, verifyYCloud } from './timed.ts';
export { verifyTwilio } from './twilio.ts';
export { fiveMinutesMs } from './verified.ts';
export type { Verified } from './verified.ts';
export { verifyVonage } from './vonage.ts';

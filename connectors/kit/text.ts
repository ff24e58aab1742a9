/** Measuring and cutting texts, as a connector may need it: the protocol's own, so that both count alike. */
export {
  fits,
  gsmSeptets,
  isGsm7,
  measure,
  shorten,
  smsSegments,
  splitText,
} from '../../protocol/text/index.ts';

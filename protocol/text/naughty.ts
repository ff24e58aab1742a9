/** Texts that break what counts or cuts carelessly. For tests. */
export const naughtyTexts: Record<string, string> = {
  combiningMarks: `Z${'\u0351\u036b\u0343'.repeat(30)}algo ${'e\u0301'.repeat(100)}`,
  zwjEmoji: '👩‍👩‍👧‍👦'.repeat(40),
  flags: '🇫🇷🇩🇪🇪🇸'.repeat(30),
  skinTones: '👍🏽👋🏿'.repeat(50),
  keycaps: '1️⃣2️⃣'.repeat(40),
  rightToLeft: 'العربية مع English words و 123 أرقام. '.repeat(12),
  embeddedDirections: '\u202bשלום \u202aabc 123\u202c עולם\u202c '.repeat(20),
  hangulJamo: '\u1112\u1161\u11ab'.repeat(60),
  devanagari: 'क्षि नमस्ते '.repeat(30),
  loneSurrogates: `a\ud800b\udc00c\udbff${'\ud83d'.repeat(200)}`,
  chinese: '请看https://example.com/a/b。然后告诉我们！'.repeat(12),
  extensionAtBorder: `${'a'.repeat(152)}€${'[]{}'.repeat(60)}`,
  noSpaces: 'x'.repeat(500),
  onlySpaces: ' \n\t'.repeat(300),
  lineEnds: 'a\r\nb\n\nc\r'.repeat(60),
  nul: 'a\u0000b'.repeat(80),
};

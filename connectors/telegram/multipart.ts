/** One file of a form. */
export interface FormFile {
  field: string;
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

/**
 * multipart/form-data (RFC 7578), byte for byte. FormData won't do: it turns every line feed of a text into CR LF, as HTML forms must,
 * and then the entities of a caption no longer lie where they were counted.
 */
export function multipart(
  fields: Record<string, string>,
  file: FormFile,
  random: Uint8Array,
): { contentType: string; body: Uint8Array } {
  const boundary = `passerelle-${Buffer.from(random).toString('hex')}`;
  const head = (name: string, more = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${quotable(name)}"${more}\r\n`;
  const texts = Object.entries(fields).map(([name, value]) => `${head(name)}\r\n${value}\r\n`);
  const fileHead = `${head(file.field, `; filename="${quotable(file.name)}"`)}Content-Type: ${mediaTypeOf(file)}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(texts.join('') + fileHead),
    file.bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}

/** What can stand between quotes in a header: no quote, backslash or control character. */
const quotable = (text: string): string =>
  text
    .replaceAll('"', "'")
    // eslint-disable-next-line no-control-regex -- control characters are what this takes out
    .replace(/[\u0000-\u001f\u007f\\]/g, '_')
    .toWellFormed();

const mediaTypeOf = ({ mediaType }: FormFile): string =>
  /^[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,64}$/.test(mediaType) ? mediaType : 'application/octet-stream';

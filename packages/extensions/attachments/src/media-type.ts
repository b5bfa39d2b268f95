import { attachmentError } from './errors.ts';

const maxLength = 255;
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = `[ \\t]*;[ \\t]*${token}=(?:${token}|"[ !#-\\[\\]-~]*")`;
const mediaType = new RegExp(`^(${token}/${token})((?:${parameter})*)$`);

/** The media type of a `Content-Type` (RFC 9110 section 8.3), its name in lower case. `unsupported-media-type`. */
export function parseMediaType(contentType: string | undefined): string {
  const text = (contentType ?? '').trim();
  const match = text.length <= maxLength ? mediaType.exec(text) : null;
  if (match === null) {
    throw attachmentError(
      'unsupported-media-type',
      text === ''
        ? 'An attachment needs a Content-Type.'
        : `${JSON.stringify(text.slice(0, 100))} is no media type.`,
    );
  }
  const [, name = '', parameters = ''] = match;
  if (/^multipart\//i.test(name)) {
    throw attachmentError(
      'unsupported-media-type',
      'An attachment is sent as it is, with its own Content-Type, not as a part of a form.',
    );
  }
  return name.toLowerCase() + parameters;
}

/** Images that browsers show without running anything of them. */
const shownImages = new Set(['image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/webp']);

export function isShownImage(type: string): boolean {
  return shownImages.has(type.replace(/[ \t]*;.*$/s, ''));
}

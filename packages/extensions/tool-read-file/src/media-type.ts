/** What the first bytes of a file say it is. */
export type Sniffed =
  | { readonly kind: 'text' }
  | { readonly kind: 'image'; readonly mediaType: string }
  /** `name` is for people: `PDF document`. */
  | { readonly kind: 'binary'; readonly name: string };

/** So many bytes are enough to tell. */
export const sniffBytes = 8192;

/** Images that models take. */
const images: readonly Signature[] = [
  { at: 0, bytes: '89504e470d0a1a0a', name: 'image/png' },
  { at: 0, bytes: 'ffd8ff', name: 'image/jpeg' },
  { at: 0, bytes: '474946383761', name: 'image/gif' },
  { at: 0, bytes: '474946383961', name: 'image/gif' },
  { at: 8, bytes: '57454250', name: 'image/webp', also: { at: 0, bytes: '52494646' } },
];

const pdf = '255044462d';

const binaries: readonly Signature[] = [
  { at: 0, bytes: pdf, name: 'PDF document' },
  { at: 0, bytes: '504b0304', name: 'ZIP archive (or an office document, JAR or APK)' },
  { at: 0, bytes: '504b0506', name: 'empty ZIP archive' },
  { at: 0, bytes: '1f8b', name: 'gzip archive' },
  { at: 0, bytes: '425a68', name: 'bzip2 archive' },
  { at: 0, bytes: 'fd377a585a00', name: 'xz archive' },
  { at: 0, bytes: '28b52ffd', name: 'Zstandard archive' },
  { at: 0, bytes: '377abcaf271c', name: '7-Zip archive' },
  { at: 257, bytes: '7573746172', name: 'tar archive' },
  { at: 0, bytes: '7f454c46', name: 'ELF executable' },
  { at: 0, bytes: 'cffaedfe', name: 'Mach-O executable' },
  { at: 0, bytes: 'cafebabe', name: 'Java class or Mach-O executable' },
  { at: 0, bytes: '0061736d', name: 'WebAssembly module' },
  { at: 0, bytes: '53514c69746520666f726d6174203300', name: 'SQLite database' },
  { at: 0, bytes: '50415231', name: 'Parquet file' },
  { at: 0, bytes: '494433', name: 'MP3 audio' },
  { at: 0, bytes: '4f676753', name: 'Ogg media' },
  { at: 0, bytes: '664c6143', name: 'FLAC audio' },
  { at: 8, bytes: '57415645', name: 'WAV audio', also: { at: 0, bytes: '52494646' } },
  { at: 4, bytes: '66747970', name: 'MP4 or similar media' },
  { at: 0, bytes: '1a45dfa3', name: 'Matroska or WebM video' },
  { at: 0, bytes: '49492a00', name: 'TIFF image' },
  { at: 0, bytes: '4d4d002a', name: 'TIFF image' },
  { at: 0, bytes: '00000100', name: 'Windows icon' },
  { at: 0, bytes: '774f4646', name: 'WOFF font' },
  { at: 0, bytes: '774f4632', name: 'WOFF2 font' },
  { at: 0, bytes: 'fffe', name: 'UTF-16 text, little-endian (convert it to UTF-8 first)' },
  { at: 0, bytes: 'feff', name: 'UTF-16 text, big-endian (convert it to UTF-8 first)' },
];

interface Signature {
  readonly at: number;
  /** Hexadecimal. */
  readonly bytes: string;
  readonly name: string;
  readonly also?: { readonly at: number; readonly bytes: string };
}

/** Tells text, images and other files apart by their first `sniffBytes` bytes. Pure. */
export function sniff(start: Uint8Array): Sniffed {
  const hex = Buffer.from(start.subarray(0, 300)).toString('hex');
  const matches = ({ at, bytes }: { at: number; bytes: string }) => hex.startsWith(bytes, at * 2);
  const find = (list: readonly Signature[]) =>
    list.find((entry) => matches(entry) && (entry.also === undefined || matches(entry.also)));
  const image = find(images);
  if (image !== undefined) return { kind: 'image', mediaType: image.name };
  const hasZero = start.includes(0);
  const binary = find(binaries);
  // A text may well begin with `BZh` or `OggS`: signatures of letters alone need more to go by.
  if (binary !== undefined && (hasZero || !isPrintable(binary) || binary.bytes === pdf)) {
    return { kind: 'binary', name: binary.name };
  }
  return hasZero ? { kind: 'binary', name: 'unknown binary format' } : { kind: 'text' };
}

function isPrintable({ bytes }: Signature): boolean {
  return Buffer.from(bytes, 'hex').every((byte) => byte >= 0x20 && byte < 0x7f);
}

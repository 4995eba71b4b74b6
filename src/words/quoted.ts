/** Bytes in words: printable ASCII as it is, `\r`, `\n`, everything else `\x..`. */
export function quoted(bytes: Uint8Array | string): string {
  const text =
    typeof bytes === 'string'
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, hexEscape);
}

function hexEscape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

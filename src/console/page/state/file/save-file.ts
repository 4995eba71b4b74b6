/** Offers what the page has made as a download. */

/** A download has begun long before; the file's memory is given back then. */
const RELEASE_MS = 30_000;

/**
 * @param name of the file; what a file system may not take in it is replaced.
 * @param parts of what is in it, in order.
 */
export function saveFile(name: string, type: string, parts: string | readonly BlobPart[]): void {
  const address = URL.createObjectURL(new Blob(typeof parts === 'string' ? [parts] : [...parts], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name.replace(/[^\w.-]+/g, '_');
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), RELEASE_MS);
}

/** Operating errors of the wire: each text is the sentence that the user reads. */

/** A frame that may not be sent, because decoding would not read back what was meant. */
export class UnencodableFrameError extends Error {
  override readonly name = 'UnencodableFrameError';
}

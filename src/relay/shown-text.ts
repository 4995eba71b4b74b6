/** A message that has come as what its window shows. */
import type { TextSlice } from '../protocol/text/text-slice.ts';
import type { Notice } from '../words/notices.ts';

/** @param late where it was said a while ago. */
export function shownText(text: TextSlice, late: boolean): Notice {
  const { header, contentText: content, originHid, msgId } = text;
  const { shownUser: user } = header;
  const notice = { window: 'message', type: 'text', user, content, own: false, originHid, msgId } as const;
  return late ? { ...notice, late } : notice;
}

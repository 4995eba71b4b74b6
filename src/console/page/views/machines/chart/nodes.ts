/** The nodes of a layout by their ids. Pure. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';

/** All of them, at any depth. */
export function nodesById(node: ElkNode): ReadonlyMap<string, ElkNode> {
  const nodes = new Map<string, ElkNode>();
  const add = (one: ElkNode) => {
    nodes.set(one.id, one);
    one.children?.forEach(add);
  };
  add(node);
  return nodes;
}

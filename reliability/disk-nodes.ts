// What a simulated disk is made of: what a running machine sees, and what is on the disk for certain.

/** A file of the simulated disk. */
export interface FileNode {
  readonly kind: 'file';
  bytes: Uint8Array;
  /** What is on the disk for certain. */
  lasting: Uint8Array | undefined;
  /** After a failed sync the system has dropped the pages: later syncs succeed and write nothing. */
  isDropped: boolean;
  modifiedAtMs: number;
}

/** A folder of the simulated disk. */
export interface FolderNode {
  readonly kind: 'folder';
  readonly entries: Map<string, Node>;
  /** The entries that are on the disk for certain. */
  readonly lasting: Map<string, Node>;
  modifiedAtMs: number;
}

/** What a name of the simulated disk stands for. */
export type Node = FileNode | FolderNode;

/** One entry of a folder as a change leaves it; undefined where it goes. */
export interface EntryChange {
  readonly folder: FolderNode;
  readonly name: string;
  readonly node: Node | undefined;
}

/** A change of the tree that is not known to be on the disk. A rename has two parts. */
export interface PendingChange {
  parts: readonly EntryChange[];
}

/** An empty folder. */
export function newFolder(modifiedAtMs: number): FolderNode {
  return { kind: 'folder', entries: new Map(), lasting: new Map(), modifiedAtMs };
}

/** The change is on the disk. */
export function settle({ folder, name, node }: EntryChange): void {
  if (node === undefined) folder.lasting.delete(name);
  else folder.lasting.set(name, node);
}

/** A tree of its own with the same content, all of it on the disk for certain. */
export function copyOf(folder: FolderNode, seen = new Map<Node, Node>()): FolderNode {
  const copy = newFolder(folder.modifiedAtMs);
  seen.set(folder, copy);
  for (const [name, node] of folder.entries) {
    const child =
      seen.get(node) ?? (node.kind === 'folder' ? copyOf(node, seen) : { ...node, lasting: node.bytes });
    seen.set(node, child);
    copy.entries.set(name, child);
    copy.lasting.set(name, child);
  }
  return copy;
}

/** Files of a drop, folders opened all the way down. */
export async function filesOfDrop(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files];
  const found: Found[] = [];
  for (const entry of entries) await collect(entry, found);
  const pack = found.find(({ file }) => file.name === 'manifest.json');
  if (!pack) return found.map(({ file }) => file);
  // A pack's manifest names its files by path; a dropped file knows only its name.
  const root = pack.path.slice(0, -'manifest.json'.length);
  return found.map(({ file, path }) => (path.startsWith(root) && path.slice(root.length).includes('/') ? new File([file], path.slice(root.length)) : file));
}

/**
 * Takes the files of one drop after another and hands them on in the order of the drops, however long each folder took to be
 * walked: the study that was dropped last is the one that stays. `refuse` is told of a drop that the browser may not read.
 */
export function dropsInOrder(open: (files: File[]) => void, refuse: () => void): (files: Promise<File[]>) => void {
  let before: Promise<unknown> = Promise.resolve();
  return (files) => {
    before = Promise.all([files, before]).then(([found]) => open(found), refuse);
  };
}

/** A dropped file and where it lay, '/'-separated. */
interface Found {
  readonly file: File;
  readonly path: string;
}

async function collect(entry: FileSystemEntry, files: Found[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    files.push({ file, path: entry.fullPath });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return;
    for (const child of part) await collect(child, files);
  }
}

/** Lets the user choose files or a folder; empty when nothing was chosen. */
export function chooseFiles(folder: boolean): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    if (folder) input.webkitdirectory = true;
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

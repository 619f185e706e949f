import type { EngineJob } from './engine.ts';

/** Adds up what several layers have read of one archive; gives each layer its own listener. */
export function layerProgress({ archive, onProgress }: EngineJob): (layer: number) => (read: number) => void {
  const read: number[] = [];
  return (layer) => (bytes) => {
    read[layer] = bytes;
    const sum = read.reduce((total, each) => total + (each ?? 0), 0);
    onProgress?.({ phase: 'layers', bytes: sum, total: archive.size });
  };
}

import * as cornerstone from '@cornerstonejs/core';
import type { Volume } from '../core/volume';
import { dot, scale, type Vec3 } from '../core/vector';
import { cross } from '../core/vector';
import type { Camera } from './camera';
import type { Plane } from './plane';

/** Where the picture is computed: 'cpu' for machines that would only simulate a graphics card, 'gpu' elsewhere. */
export type RenderBackend = 'cpu' | 'gpu';

/** The few calls of Cornerstone's generic planar viewport that a pane needs, with types of our own. */
export interface SliceViewport {
  show(volumeId: string, plane: Plane): Promise<void>;
  draw(slicePointLpsMm: Vec3, camera: Camera, heightPx: number, plane: Plane): void;
  setWindow(lowHu: number, highHu: number, invert: boolean): void;
  resize(): void;
  picture(): HTMLCanvasElement;
  dispose(): void;
}

interface PlanarViewport {
  setDisplaySets(entry: { displaySetId: string; options: Record<string, unknown> }): Promise<void>;
  setDisplaySetPresentation(props: Record<string, unknown>): void;
  setViewState(state: Record<string, unknown>): void;
  getResolvedView(): { toICamera(): { parallelScale?: number; scale?: number | [number, number] } } | undefined;
  getCanvas(): HTMLCanvasElement;
  render(): void;
  resize(): void;
}

const { RenderingEngine, Enums, cache, init, utilities, volumeLoader } = cornerstone;

/** True when WebGL would run on the processor. */
export function chooseBackend(): RenderBackend {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (!gl) return 'cpu';
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(renderer) ? 'cpu' : 'gpu';
}

let started: Promise<unknown> | null = null;

/** Starts Cornerstone once. The cache limit is lifted: what may be loaded is decided before, not here. */
export async function startCornerstone(): Promise<void> {
  started ??= Promise.resolve(init({ rendering: { useGenericViewport: true }, debug: {} })).then(() => {
    cache.setMaxCacheSize(64 * 2 ** 30);
  });
  await started;
}

/** Hands a volume to Cornerstone. On 'cpu' the voxels are viewed, not copied; a graphics card gets a copy it may upload. */
export function registerVolume(volume: Volume, backend: RenderBackend): void {
  const { grid } = volume;
  const shared = volume.hu.buffer instanceof ArrayBuffer ? volume.hu : backend === 'gpu' ? new Int16Array(volume.hu) : volume.hu;
  const [i, j, k] = grid.axesLps;
  const made = volumeLoader.createLocalVolume(volume.id, {
    scalarData: shared,
    dimensions: [...grid.sizeIjk],
    spacing: [...grid.spacingMm],
    origin: [...grid.originLpsMm],
    direction: [...i, ...j, ...k],
    metadata: {
      BitsAllocated: 16,
      BitsStored: 16,
      HighBit: 15,
      PixelRepresentation: 1,
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Modality: 'CT',
      ImageOrientationPatient: [...i, ...j],
      PixelSpacing: [grid.spacingMm[1], grid.spacingMm[0]],
      FrameOfReferenceUID: volume.id,
      Columns: grid.sizeIjk[0],
      Rows: grid.sizeIjk[1],
      voiLut: [],
      VOILUTFunction: 'LINEAR',
    },
  } as unknown as Parameters<typeof volumeLoader.createLocalVolume>[1]);
  // Its sampler asks for all voxels in one array and would put a copy together from the slices.
  if (backend === 'cpu' && made.voxelManager) made.voxelManager.getCompleteScalarDataArray = () => volume.hu;
  utilities.genericViewportDisplaySetMetadataProvider.add(volume.id, {
    kind: 'planar',
    imageIds: made.imageIds,
    volumeId: volume.id,
    initialImageIdIndex: Math.floor(grid.sizeIjk[2] / 2),
  });
}

/** Takes a volume out of Cornerstone's cache, slices and all: left there they would hold its voxels, and keep the volume from being shown again. */
export function forgetVolume(volumeId: string): void {
  utilities.genericViewportDisplaySetMetadataProvider.remove(volumeId);
  const volume: { readonly imageIds: readonly string[] } | undefined = cache.getVolume(volumeId);
  if (volume === undefined) return;
  cache.removeVolumeLoadObject(volumeId);
  for (const imageId of volume.imageIds) if (cache.isLoaded(imageId)) cache.removeImageLoadObject(imageId, { force: true });
}

/** One engine for all panes of a room. */
export class SliceEngine {
  private readonly engine = new RenderingEngine(`room-${Math.random().toString(36).slice(2)}`);

  constructor(readonly backend: RenderBackend) {}

  /** A viewport in `element`, which must have its size already. */
  open(id: string, element: HTMLDivElement): SliceViewport {
    this.engine.enableElement({ viewportId: id, type: Enums.ViewportType.PLANAR_NEXT, element });
    const found: unknown = this.engine.getViewport(id);
    const viewport = found as PlanarViewport;
    const engine = this.engine;
    const backend = this.backend;
    return {
      async show(volumeId, plane) {
        await viewport.setDisplaySets({
          displaySetId: volumeId,
          options: { orientation: orientationOf(plane), renderBackend: backend },
        });
      },
      draw(slicePointLpsMm, camera, heightPx) {
        const seen = viewport.getResolvedView()?.toICamera();
        if (!seen?.parallelScale) return;
        const now = Array.isArray(seen.scale) ? seen.scale[1] : (seen.scale ?? 1);
        const fitParallelScale = seen.parallelScale * now;
        viewport.setViewState({
          slice: { kind: 'volumePoint', sliceWorldPoint: [...slicePointLpsMm] },
          anchorWorld: [...camera.focusLpsMm],
          anchorCanvas: [0.5, 0.5],
          scale: fitParallelScale / ((heightPx * camera.mmPerPx) / 2),
          displayArea: undefined,
        });
      },
      setWindow(lowHu, highHu, invert) {
        viewport.setDisplaySetPresentation({ voiRange: { lower: lowHu, upper: highHu }, invert });
      },
      resize() {
        viewport.resize();
      },
      picture: () => viewport.getCanvas(),
      dispose() {
        engine.disableElement(id);
      },
    };
  }

  resize(): void {
    this.engine.resize(true, true);
  }

  dispose(): void {
    this.engine.destroy();
  }
}

function orientationOf(plane: Plane): { viewPlaneNormal: number[]; viewUp: number[] } {
  const up = scale(plane.downLps, -1);
  const normal = cross(plane.rightLps, up);
  return { viewPlaneNormal: normal.map((n) => n / Math.sqrt(dot(normal, normal))), viewUp: [...up] };
}

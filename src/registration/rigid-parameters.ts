/** An elastix parameter map: every value a list of strings. */
export type ParameterMap = Readonly<Record<string, readonly string[]>>;

/**
 * Rigid registration by mutual information, stochastic gradient descent with estimated gain, three resolutions: with two a
 * far motion was lost and one run did not settle. No initialisation by the boxes' centres: both stand in patient space
 * already, and the moving box is the larger one.
 */
export const RIGID_PARAMETERS: ParameterMap = {
  Registration: ['MultiResolutionRegistration'],
  FixedInternalImagePixelType: ['float'],
  MovingInternalImagePixelType: ['float'],
  FixedImagePyramid: ['FixedSmoothingImagePyramid'],
  MovingImagePyramid: ['MovingSmoothingImagePyramid'],
  NumberOfResolutions: ['3'],
  Interpolator: ['LinearInterpolator'],
  ResampleInterpolator: ['FinalLinearInterpolator'],
  Resampler: ['DefaultResampler'],
  Metric: ['AdvancedMattesMutualInformation'],
  NumberOfHistogramBins: ['32'],
  ImageSampler: ['RandomCoordinate'],
  NumberOfSpatialSamples: ['2048'],
  NewSamplesEveryIteration: ['true'],
  CheckNumberOfSamples: ['true'],
  RequiredRatioOfValidSamples: ['0.05'],
  Optimizer: ['AdaptiveStochasticGradientDescent'],
  AutomaticParameterEstimation: ['true'],
  ASGDParameterEstimationMethod: ['DisplacementDistribution'],
  // One per resolution, mm. With one voxel throughout, a real CT in another contrast stopped 1.8 mm short; with two throughout,
  // a far motion of thick slices 0.7 mm short. Large steps first and fine ones last end at 0.1 mm in both.
  MaximumStepLength: ['3', '2', '1'],
  // 300 throughout ended no nearer on twelve far motions, at a half more time.
  MaximumNumberOfIterations: ['150', '150', '250'],
  Transform: ['EulerTransform'],
  AutomaticScalesEstimation: ['true'],
  AutomaticTransformInitialization: ['false'],
  HowToCombineTransforms: ['Compose'],
  UseDirectionCosines: ['true'],
  WriteResultImage: ['false'],
  WriteTransformParametersEachIteration: ['false'],
  DefaultPixelValue: ['-200'],
};

/** What package.json calls things; a test holds the two together. */
export const commandIds = {
  openModel: 'weightSteering.openModel',
  showHeader: 'weightSteering.showHeader',
  openTensor: 'weightSteering.openTensor',
  compareSelected: 'weightSteering.compareSelected',
  selectForCompare: 'weightSteering.selectForCompare',
  compareWithSelected: 'weightSteering.compareWithSelected',
  contrastSelected: 'weightSteering.contrastSelected',
  selectForContrast: 'weightSteering.selectForContrast',
  contrastWithSelected: 'weightSteering.contrastWithSelected',
  steerWithDirection: 'weightSteering.steerWithDirection',
  showLayers: 'weightSteering.showLayers',
  showInLayers: 'weightSteering.showInLayers',
  showSimilarity: 'weightSteering.showSimilarity',
  saveReport: 'weightSteering.saveReport',
  showSpectrum: 'weightSteering.showSpectrum',
  renameDirection: 'weightSteering.renameDirection',
  describeDirection: 'weightSteering.describeDirection',
  deleteDirections: 'weightSteering.deleteDirections',
  generate: 'weightSteering.generate',
  dryRun: 'weightSteering.dryRun',
  checkModel: 'weightSteering.checkModel',
  fixModel: 'weightSteering.fixModel',
  write: 'weightSteering.write',
  copyLoadCommand: 'weightSteering.copyLoadCommand',
  createDemoWorkspace: 'weightSteering.createDemoWorkspace',
  addModelFolder: 'weightSteering.addModelFolder',
  removeModelFolder: 'weightSteering.removeModelFolder',
  refreshModels: 'weightSteering.refreshModels',
  revealModel: 'weightSteering.revealModel',
  cancelJob: 'weightSteering.cancelJob',
  runJobAgain: 'weightSteering.runJobAgain',
  revealJobOutput: 'weightSteering.revealJobOutput',
  clearFinishedJobs: 'weightSteering.clearFinishedJobs',
  openLog: 'weightSteering.openLog',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewIds = {
  models: 'weightSteering.models',
  directions: 'weightSteering.directions',
  jobs: 'weightSteering.jobs',
} as const;

/** Paths by what is there, each an array for `resourcePath in …`. */
export const contextKeys = {
  modelPaths: 'weightSteering.modelPaths',
  adapterPaths: 'weightSteering.adapterPaths',
  directionPaths: 'weightSteering.directionPaths',
  runPaths: 'weightSteering.runPaths',
  selectedForContrast: 'weightSteering.selectedForContrast',
  selectedForCompare: 'weightSteering.selectedForCompare',
  hasFinishedJobs: 'weightSteering.hasFinishedJobs',
} as const;

/** The steps of the walkthrough: each is a context key that is set when its thing has been done. */
export const milestones = {
  demo: 'weightSteering.done.demo',
  contrast: 'weightSteering.done.contrast',
  layers: 'weightSteering.done.layers',
  write: 'weightSteering.done.write',
  load: 'weightSteering.done.load',
} as const;

export type Milestone = keyof typeof milestones;

export const settingIds = {
  modelFolders: 'weightSteering.modelFolders',
  hubCache: 'weightSteering.hubCache',
  bases: 'weightSteering.bases',
  device: 'weightSteering.device',
} as const;

/** The custom editor of weights files; of those whose name may mean anything, it is only offered. */
export const editorIds = {
  model: 'weightSteering.model',
  torchModel: 'weightSteering.torchModel',
} as const;

export const languageId = 'steer-recipe';

/** Of the page of a dry run, for its settings alone: it has no name, and so nobody is offered it. */
export const dryRunLanguageId = 'steer-dry-run';
/** Of the documents that are a model's headers as text. */
export const headerLanguageId = 'weight-header';

export const walkthroughId = 'weight-steering.weight-steering#weightSteering.start';

import type { ExtensionContext, LogOutputChannel } from 'vscode';
import { modelFolders } from '../configuration.ts';
import { openDemo } from '../demo/openDemo.ts';
import { commandIds } from '../ids.ts';
import { checkModel, fixModel, type ShowFindings } from './checkModel.ts';
import type { CommandTable } from './commands.ts';
import type { Comparison } from './compare.ts';
import { contrast } from './contrast.ts';
import { deleteDirections, describeDirection, renameDirection } from './directions.ts';
import { dryRun, type ShowDryRun } from './dryRun.ts';
import { generate } from './generate.ts';
import { layers } from './layers.ts';
import { copyLoadCommand } from './loadCommand.ts';
import { addModelFolder, removeModelFolder } from './modelFolders.ts';
import { openModel, showHeader, type ShowModel } from './openModel.ts';
import { openTensor, type OpenTensor } from './openTensor.ts';
import { jobIdOf, pathsOf } from './selection.ts';
import type { ContrastSelection } from './selectForContrast.ts';
import { showInLayers, type ShowTensorInLayers } from './showInLayers.ts';
import { saveReport } from './saveReport.ts';
import { similarity } from './similarity.ts';
import { spectrum } from './spectrum.ts';
import { steer } from './steer.ts';
import type { Tools } from './tools.ts';
import { runJobAgain, writeSteered } from './writeSteered.ts';

export interface TableParts {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly tools: Tools;
  readonly selection: ContrastSelection;
  readonly showDryRun: ShowDryRun;
  readonly showFindings: ShowFindings;
  readonly showModel: ShowModel;
  readonly comparison: Comparison;
  readonly showTensor: OpenTensor;
  readonly showTensorInLayers: ShowTensorInLayers;
  readonly showHeaderText: (path: string) => Promise<void>;
}

/** Which function does which command. */
export function commandTable(parts: TableParts): CommandTable {
  const { context, log, tools, selection, showDryRun, showFindings, showModel, comparison } = parts;
  const { ui, jobs, models, reach } = tools;
  return {
    [commandIds.openModel]: (...args) => openModel(pathsOf(args), tools, showModel),
    [commandIds.showHeader]: (...args) => showHeader(pathsOf(args), tools, parts.showHeaderText),
    [commandIds.openTensor]: (...args) => openTensor(args, parts.showTensor),
    [commandIds.compareSelected]: (...args) => comparison.compare(pathsOf(args)),
    [commandIds.selectForCompare]: (...args) => comparison.select(pathsOf(args)),
    [commandIds.compareWithSelected]: (...args) => comparison.compareWithSelected(pathsOf(args)),
    [commandIds.contrastSelected]: (...args) => contrast(pathsOf(args), tools),
    [commandIds.selectForContrast]: (...args) => selection.select(pathsOf(args)),
    [commandIds.contrastWithSelected]: (...args) => selection.contrast(pathsOf(args)),
    [commandIds.steerWithDirection]: (...args) => steer(pathsOf(args), tools),
    [commandIds.showLayers]: (...args) => layers(pathsOf(args), tools),
    [commandIds.showInLayers]: (...args) => showInLayers(args, tools, parts.showTensorInLayers),
    [commandIds.showSimilarity]: (...args) => similarity(pathsOf(args), tools),
    [commandIds.saveReport]: (...args) => saveReport(pathsOf(args), tools),
    [commandIds.showSpectrum]: (...args) => spectrum(pathsOf(args), tools),
    [commandIds.renameDirection]: (...args) => renameDirection(pathsOf(args), tools),
    [commandIds.describeDirection]: (...args) => describeDirection(pathsOf(args), tools),
    [commandIds.deleteDirections]: (...args) => deleteDirections(pathsOf(args), tools),
    [commandIds.generate]: (...args) => generate(pathsOf(args), tools),
    [commandIds.dryRun]: (...args) => dryRun(pathsOf(args), tools, showDryRun),
    [commandIds.checkModel]: (...args) => checkModel(pathsOf(args), tools, showFindings),
    [commandIds.fixModel]: (...args) => fixModel(args, pathsOf(args), tools, showFindings),
    [commandIds.write]: (...args) => writeSteered(pathsOf(args), tools),
    [commandIds.copyLoadCommand]: (...args) => copyLoadCommand(pathsOf(args), tools),
    [commandIds.createDemoWorkspace]: async () => {
      await openDemo(context);
      reach('demo');
    },
    [commandIds.addModelFolder]: () => addModelFolder(modelFolders, ui),
    [commandIds.removeModelFolder]: (...args) => removeModelFolder(pathsOf(args), modelFolders),
    [commandIds.refreshModels]: () => models.look(),
    [commandIds.revealModel]: async (...args) => {
      for (const path of pathsOf(args).slice(0, 1)) await ui.reveal(path);
    },
    [commandIds.cancelJob]: (id) => jobs.cancel(jobIdOf(id)),
    [commandIds.runJobAgain]: (id) => runJobAgain(jobIdOf(id), tools),
    [commandIds.revealJobOutput]: async (id) => {
      const output = jobs.outputOf(jobIdOf(id));
      if (output !== undefined) await ui.reveal(output);
    },
    [commandIds.clearFinishedJobs]: () => jobs.clearFinished(),
    [commandIds.openLog]: () => log.show(),
  };
}

import { basename, dirname } from 'node:path';
import type { Subject } from '#protocol/analysis.ts';

/** Equal for equal subjects. */
export function subjectKey(subject: Subject): string {
  return JSON.stringify(subject.kind === 'pair' ? [subject.before, subject.after] : [subject.path]);
}

/** What it is called in titles: `honest.steer.yaml`, `base → tuned`. */
export function subjectName(subject: Subject): string {
  return subject.kind === 'pair'
    ? `${basename(subject.before)} → ${basename(subject.after)}`
    : basename(subject.path);
}

/** What opens, or is revealed, when somebody asks for it. */
export function subjectPath(subject: Subject): string {
  return subject.kind === 'pair' ? subject.after : subject.path;
}

/** Where files about it are saved, unless somebody says otherwise. */
export function subjectFolder(subject: Subject): string {
  return dirname(subjectPath(subject));
}

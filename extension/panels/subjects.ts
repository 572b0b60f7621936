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

/** What several are called beside each other, in their order: without endings, two of one name told apart by their folders. */
export function namesBeside(subjects: readonly Subject[]): readonly string[] {
  const names = subjects.map((subject) => subjectName(subject).replace(/\.steer\.ya?ml$/, ''));
  return subjects.map((subject, index) => {
    const name = names[index] ?? '';
    const isAlone = names.filter((each) => each === name).length === 1;
    return isAlone ? name : `${basename(subjectFolder(subject))}/${name}`;
  });
}

/** What opens, or is revealed, when somebody asks for it. */
export function subjectPath(subject: Subject): string {
  return subject.kind === 'pair' ? subject.after : subject.path;
}

/** Where files about it are saved, unless somebody says otherwise. */
export function subjectFolder(subject: Subject): string {
  return dirname(subjectPath(subject));
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from './checker.ts';
import { lineOf } from './history.ts';
import type { HistoryFile } from './history.ts';
import type { Planned } from './plan.ts';
import { wordsOf } from './plan.ts';

const conversationsAtMost = 5;

/** Writes down each violation, the plan, and the whole history of the conversations concerned. Gives the file's path. */
export function writeEvidence({
  folder,
  history,
  plan,
  verdict,
}: {
  folder: string;
  history: HistoryFile;
  plan: readonly Planned[];
  verdict: Verdict;
}): string {
  const { violations } = verdict;
  // a delivery's events don't name the conversation: its messages' ids do
  const named = new Set(violations.map(({ id }) => id).filter((id) => id > 0));
  const conversations = new Set(violations.flatMap(({ conversation }) => conversation ?? []));
  for (const { step, id, conversation } of history.entries())
    if (step === 'out accepted' && named.has(id)) conversations.add(conversation);
  const shown = new Set([...conversations].slice(0, conversationsAtMost));
  const ids = new Set<number>();
  for (const { step, id, conversation } of history.entries())
    if (step === 'out accepted' && shown.has(conversation)) ids.add(id);
  const lines = [
    `${violations.length} violations:`,
    ...violations.map(
      ({ fault, conversation, number, id, why }) =>
        `  ${fault}  ${conversation === undefined ? `message ${id.toString(36)}` : `${conversation}/${number}`}: ${why}`,
    ),
    '',
    `The plan:`,
    ...plan.map(
      ({ atMs, fault }, place) =>
        `  ${String(place).padStart(4)}  ${(atMs / 1000).toFixed(1)} s  ${wordsOf(fault)}`,
    ),
    '',
    `Conversations ${[...shown].join(', ')}, and what was broken meanwhile:`,
  ];
  for (const entry of history.entries())
    if (
      entry.step === 'fault' ||
      (entry.step === 'out moved' || entry.step === 'out asked'
        ? ids.has(entry.id)
        : shown.has(entry.conversation) && entry.step !== 'repeated')
    )
      lines.push(
        entry.step === 'fault' ? `${lineOf(entry)}: ${wordsOf(plan[entry.value]!.fault)}` : lineOf(entry),
      );
  const file = join(folder, 'evidence.txt');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

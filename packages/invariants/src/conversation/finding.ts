import { type FindingCode, findingCatalog } from './finding-catalog.ts';

/** Something in a conversation that can not be so. Plain data. */
export interface Finding {
  readonly code: FindingCode;
  readonly conversationId: string;
  readonly turnId?: string;
  readonly seq?: number;
  /** What was found, with its figures. Never what a chunk says. */
  readonly message: string;
  /** What would put it right. */
  readonly repair: string;
}

/** Where in the conversation. */
export interface FindingPlace {
  readonly turnId?: string;
  readonly seq?: number;
}

/** Takes a finding down; its repair comes from the catalog. */
export type Report = (code: FindingCode, message: string, place?: FindingPlace) => void;

/** A report that appends to `findings`. */
export function reportTo(findings: Finding[], conversationId: string): Report {
  return (code, message, place) => {
    findings.push({ code, conversationId, ...place, message, repair: findingCatalog[code] });
  };
}

/**
 * How a server differs from what is written down of chat completions. Data alone: a new server is a
 * new entry, and `dialect` in the options chooses one by name.
 */
export interface Dialect {
  /** What the limit of the answer is called. */
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens';
  /** Sends `stream_options.include_usage`. */
  readonly includeUsage: boolean;
  /** Gives a message's reasoning back where the message made tool calls. */
  readonly sendReasoning: boolean;
  /** Sampling that a model does not take, by its name; the first entry that fits decides. */
  readonly untaken: readonly UntakenSampling[];
}

export interface UntakenSampling {
  readonly model: RegExp;
  readonly fields: readonly SamplingField[];
}

export type SamplingField = 'temperature' | 'topP' | 'maxOutputTokens' | 'reasoningEffort';

export type DialectName = 'generic' | 'openai' | 'deepseek' | 'mistral';
export const dialectNames = ['generic', 'openai', 'deepseek', 'mistral'] as const;

const generic: Dialect = {
  outputLimit: 'max_tokens',
  includeUsage: true,
  sendReasoning: false,
  untaken: [],
};

const dialects: Readonly<Record<DialectName, Dialect>> = {
  generic,
  openai: {
    ...generic,
    outputLimit: 'max_completion_tokens',
    untaken: [
      { model: /^(o\d|gpt-[5-9](?!.*chat)|codex)/, fields: ['temperature', 'topP'] },
      { model: /^/, fields: ['reasoningEffort'] },
    ],
  },
  deepseek: {
    ...generic,
    sendReasoning: true,
    untaken: [{ model: /reason|think|-r\d|-v[4-9]/, fields: ['temperature', 'topP'] }],
  },
  mistral: {
    ...generic,
    includeUsage: false,
    untaken: [{ model: /^/, fields: ['reasoningEffort'] }],
  },
};

/** Hosts that speak a dialect, their subdomains included. */
const hosts: readonly (readonly [string, DialectName])[] = [
  ['openai.com', 'openai'],
  ['openai.azure.com', 'openai'],
  ['deepseek.com', 'deepseek'],
  ['mistral.ai', 'mistral'],
];

/** The dialect that was chosen, else that of the server's name. */
export function chooseDialect(baseUrl: string, chosen: DialectName | undefined): Dialect {
  if (chosen !== undefined) return dialects[chosen];
  const { hostname } = new URL(baseUrl);
  const known = hosts.find(([host]) => hostname === host || hostname.endsWith(`.${host}`));
  return dialects[known?.[1] ?? 'generic'];
}

/** DeepSeek's models keep their rules behind every server. */
export function sendsReasoning(dialect: Dialect, model: string): boolean {
  return dialect.sendReasoning || /(^|[/:._-])deepseek/i.test(model);
}

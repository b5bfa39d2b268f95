import { CodedError, type Contribution, type ModelList, type Runtime } from '@dispatch/contracts';
import type { Logger, Provider } from '@dispatch/kernel';

/** A model with the provider that is asked for it. */
export interface ResolvedModel {
  readonly provider: Provider;
  /** Without the provider's id. */
  readonly model: string;
  /** `<provider>/<model>`. */
  readonly fullName: string;
}

/** How long a provider may take to tell its models. */
const listDeadlineMs = 10_000;

/** Which provider a model's name goes to (HOST.md, `DISPATCH_MODEL`). */
export class Models {
  readonly #providers: readonly Provider[];
  readonly #aliases: Readonly<Record<string, string>>;
  readonly #configured: string | undefined;
  readonly #runtime: Runtime;
  readonly #logger: Logger;
  #default: ResolvedModel | undefined;

  constructor(options: {
    readonly providers: readonly Contribution<Provider>[];
    readonly aliases: Readonly<Record<string, string>>;
    readonly defaultModel: string | undefined;
    readonly runtime: Runtime;
    readonly logger: Logger;
  }) {
    this.#providers = options.providers.map(({ value }) => value);
    this.#aliases = options.aliases;
    this.#configured = options.defaultModel;
    this.#runtime = options.runtime;
    this.#logger = options.logger;
  }

  /** The model by this name, or the default one. Rejects with `unknown-model`. */
  async resolve(name: string | undefined): Promise<ResolvedModel> {
    if (name !== undefined) return this.resolveName(name);
    this.#default ??= await this.#findDefault();
    return this.#default;
  }

  /** Throws `unknown-model`. */
  resolveName(name: string): ResolvedModel {
    const target = Object.hasOwn(this.#aliases, name) ? (this.#aliases[name] ?? name) : name;
    const slash = target.indexOf('/');
    const prefix = slash > 0 ? target.slice(0, slash) : undefined;
    const named = this.#providers.find(({ id }) => id === prefix);
    const provider = named ?? this.#defaultProvider();
    const model = named === undefined ? target : target.slice(slash + 1);
    if (provider === undefined || model === '' || provider.hasModel?.(model) === false) {
      throw new CodedError('unknown-model', {
        message: `No model is known by the name ${JSON.stringify(name.slice(0, 200))}.`,
        hint: 'GET /models lists what this host can ask for; the part before the first "/" names a provider.',
      });
    }
    return { provider, model, fullName: `${provider.id}/${model}` };
  }

  /** Asks every provider; one that does not answer is left out, with a record. */
  async list(): Promise<ModelList> {
    const lists = await Promise.all(this.#providers.map((provider) => this.#ask(provider)));
    const models = lists.flatMap(
      (list, index) =>
        list?.map((model) => {
          const provider = this.#providers[index]?.id ?? '';
          return { ...model, id: `${provider}/${model.id}`, provider };
        }) ?? [],
    );
    const fallback = await this.resolve(undefined).then(
      ({ fullName }) => fullName,
      () => null,
    );
    return { models, default: fallback };
  }

  #defaultProvider(): Provider | undefined {
    return this.#providers.find(({ isFallback }) => isFallback !== true) ?? this.#providers[0];
  }

  async #findDefault(): Promise<ResolvedModel> {
    if (this.#configured !== undefined) return this.resolveName(this.#configured);
    const provider = this.#defaultProvider();
    const first = provider === undefined ? undefined : (await this.#ask(provider))?.[0];
    if (provider === undefined || first === undefined) {
      throw new CodedError('unknown-model', {
        message: 'No model was named, and this host has no default one.',
        hint: 'Name one in the request, or set DISPATCH_MODEL; the provider told no list of models.',
      });
    }
    return { provider, model: first.id, fullName: `${provider.id}/${first.id}` };
  }

  async #ask(provider: Provider): ReturnType<Provider['listModels']> {
    const controller = this.#runtime.newAbortController();
    const timer = this.#runtime.newAbortController();
    const deadline = this.#runtime.sleep(listDeadlineMs, timer.signal).then(() => {
      controller.abort();
      return [];
    });
    try {
      return await Promise.race([provider.listModels(controller.signal), deadline]);
    } catch (error) {
      this.#logger.warn('a provider did not tell its models', {
        provider: provider.id,
        error: String(error),
      });
      return [];
    } finally {
      timer.abort();
    }
  }
}

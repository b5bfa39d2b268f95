/** The step under way, as far as it was told since its last reset. */
export class StepState {
  readonly stepId: string;
  readonly index: number;
  text = '';
  /** Told calls; true once the result was told. */
  readonly calls = new Map<string, boolean>();
  openCalls = 0;

  constructor(stepId: string, index: number) {
    this.stepId = stepId;
    this.index = index;
  }
}

import type { JSX } from "preact";
import { ExperimentPanel } from "./features/experiment/ExperimentPanel";
import { useExperiment } from "./features/experiment/useExperiment";
import { VerdictLine } from "./features/experiment/Verdict";
import { Banners, Progress } from "./ui/Banners";
import { widget } from "./ui/mount";
import { decode } from "./wire/arrow";

function Experiment(): JSX.Element {
  const concluded = useExperiment();
  return (
    <>
      <Progress />
      <Banners />
      <VerdictLine concluded={concluded} />
      {concluded.shown && <ExperimentPanel shown={concluded.shown} />}
    </>
  );
}

export default widget("rw-experiment", Experiment, decode);
